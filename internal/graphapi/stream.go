// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// flushAt is how many bytes of rows are put together before they go out, so
// that a long list needs little memory.
const flushAt = 64 << 10

// suffix is what stands behind the rows of a list.
const suffix = "]}"

// buffers are used again: new ones for every request would keep the garbage
// collector busy.
type buffers struct{ pool sync.Pool }

// keptBuffer bounds what is kept of an answer that was larger than usual.
const keptBuffer = 1 << 20

func (b *buffers) take() []byte {
	if kept, ok := b.pool.Get().(*[]byte); ok {
		return (*kept)[:0]
	}
	return nil
}

func (b *buffers) give(buffer []byte) {
	if cap(buffer) > 0 && cap(buffer) <= keptBuffer {
		b.pool.Put(&buffer)
	}
}

// writer renders the rows of a page while they are sent.
func (p *page) writer(ctx context.Context, s set, prefix string, selected []string) func(io.Writer) error {
	return func(w io.Writer) error {
		buffer := append(make([]byte, 0, 2*flushAt), prefix...)
		first := true
		write := func(_ int, one row) error {
			if !first {
				buffer = append(buffer, ',')
			}
			first = false
			buffer = one.AppendJSON(buffer, selected)
			if len(buffer) < flushAt {
				return nil
			}
			_, err := w.Write(buffer)
			buffer = buffer[:0]
			return err
		}
		if err := p.each(ctx, s, write); err != nil {
			return err
		}
		_, err := w.Write(append(buffer, suffix...))
		return err
	}
}

// each visits the rows of the page.
func (p *page) each(ctx context.Context, s set, visit func(i int, one row) error) error {
	if p.places == nil {
		return s.Each(ctx, p.first, p.n, visit)
	}
	return s.Visit(ctx, p.places, visit)
}

// quoted is a JSON string. What is not UTF-8 becomes the replacement character.
func quoted(s string) string {
	text, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return quoted(string([]rune(s)))
	}
	return string(text)
}
