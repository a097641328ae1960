// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// progressAfter is how long work may take before it shows.
const progressAfter = time.Second

// width is the width of the terminal that standard output is, or 0.
func (e *env) width() int {
	f, ok := e.out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// progress shows what is being done on standard error, once it has taken a
// second and only where a person looks on.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	text  string
	shown int
	timer *time.Timer
	ended bool
}

func (e *env) progress(text string) *progress {
	p := &progress{out: e.err, text: text}
	f, ok := e.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		p.ended = true
		return p
	}
	p.timer = time.AfterFunc(progressAfter, p.show)
	return p
}

func (p *progress) say(text string) {
	p.mu.Lock()
	p.text = text
	visible := p.shown > 0
	p.mu.Unlock()
	if visible {
		p.show()
	}
}

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	line := p.text + " …"
	_, _ = fmt.Fprintf(p.out, "\r%s%s", line, strings.Repeat(" ", max(p.shown-len(line), 0)))
	p.shown = max(p.shown, len(line))
}

// done takes the line away again.
func (p *progress) done() {
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown > 0 && !p.ended {
		_, _ = fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", p.shown))
	}
	p.ended = true
}
