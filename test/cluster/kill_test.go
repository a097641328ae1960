// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// fates are what became of writes, by a text that each has alone.
type fates struct {
	mu           sync.Mutex
	acknowledged map[string]bool // false: it was tried, nobody knows
	count        atomic.Int64    // of the acknowledged ones
}

func newFates() *fates { return &fates{acknowledged: make(map[string]bool)} }

func (f *fates) note(text string, done bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if done && !f.acknowledged[text] {
		f.count.Add(1)
	}
	f.acknowledged[text] = f.acknowledged[text] || done
}

// compare reports what is not there exactly once although it was acknowledged,
// what is there more than once, and what nobody wrote.
func (f *fates) compare(t *testing.T, what string, found map[string]int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for text, acknowledged := range f.acknowledged {
		if n := found[text]; n > 1 || acknowledged && n != 1 {
			t.Errorf("%s %q is there %d times; acknowledged: %t", what, text, n, acknowledged)
		}
	}
	for text := range found {
		if _, tried := f.acknowledged[text]; !tried {
			t.Errorf("%s %q is there, and nobody wrote it", what, text)
		}
	}
}

// writer changes one control of a tenant again and again, through the balancer.
// What is not acknowledged it gives up or writes again, by chance: the same
// change a second time must not become a second decision.
type writer struct {
	tenant  *tenant
	control posture.ControlID
	client  *http.Client
	fates   *fates
	strange atomic.Pointer[string] // an answer that may not come
}

func (w *writer) run(ctx context.Context, front string) {
	for i := 0; ctx.Err() == nil; i++ {
		comment := fmt.Sprintf("write %d of %s at %s", i, w.tenant.id, w.control)
		w.fates.note(comment, false)
		for again := true; again; {
			done := w.write(ctx, front, comment)
			w.fates.note(comment, done)
			again = !done && ctx.Err() == nil && rand.IntN(2) == 0
		}
	}
}

// write reports whether the change was acknowledged.
func (w *writer) write(ctx context.Context, front, comment string) bool {
	// Whoever ends the load waits for the answers.
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	status, text, err := w.tenant.decide(bounded, w.client, front, w.control, comment)
	switch {
	case err == nil && status == http.StatusNoContent:
		return true
	case err == nil && (status == http.StatusBadGateway || status == http.StatusServiceUnavailable):
		pause(ctx, 10*time.Millisecond) // killed meanwhile, or no server is there
	default:
		what := fmt.Sprint(status, " ", text, err)
		w.strange.CompareAndSwap(nil, &what)
	}
	return false
}

// importer takes evidence in by the command line, which is killed too.
type importer struct {
	tenant  *tenant
	path    string // of the program
	files   []string
	fates   *fates
	strange atomic.Pointer[string]
}

func (i *importer) run(ctx context.Context, database string) {
	for n := 1; n < len(i.files) && ctx.Err() == nil; n++ {
		at := exportTime(n).Format(time.RFC3339)
		i.fates.note(at, false)
		cmd := prepared(context.WithoutCancel(ctx), i.path, "import", "scubagear", i.files[n], "--tenant", string(i.tenant.id), "--database", database)
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			what := err.Error()
			i.strange.CompareAndSwap(nil, &what)
			return
		}
		spared := rand.IntN(2) == 0
		if !spared {
			pause(ctx, time.Duration(rand.IntN(600))*time.Millisecond)
			_ = cmd.Process.Kill() // it may have ended
		}
		err := cmd.Wait()
		i.fates.note(at, err == nil)
		if err != nil && spared {
			what := err.Error() + ": " + said.String()
			i.strange.CompareAndSwap(nil, &what)
		}
	}
}

// load is everything that works while processes die.
type load struct {
	writers   []*writer
	importers []*importer
	decisions *fates
}

func newLoad(t *testing.T, database, base string, tenants int) *load {
	t.Helper()
	l := &load{decisions: newFates()}
	for n := range tenants {
		made := addTenant(t, database, n)
		made.learn(t, base, 2)
		for _, control := range made.controls {
			l.writers = append(l.writers, &writer{tenant: made, control: control, client: &http.Client{Transport: &http.Transport{}}, fates: l.decisions})
		}
		i := &importer{tenant: made, path: program(t), fates: newFates()}
		for number := range 400 {
			i.files = append(i.files, made.export(t, number))
		}
		l.importers = append(l.importers, i)
	}
	return l
}

// run works until the returned function is called, which waits for all.
func (l *load) run(t *testing.T, front, database string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, w := range l.writers {
		all.Go(func() { w.run(ctx, front) })
	}
	for _, i := range l.importers {
		all.Go(func() { i.run(ctx, database) })
	}
	return func() {
		cancel()
		all.Wait()
		for _, w := range l.writers {
			if s := w.strange.Load(); s != nil {
				t.Errorf("an answer to a write: %s", *s)
			}
		}
		for _, i := range l.importers {
			if s := i.strange.Load(); s != nil {
				t.Errorf("an import: %s", *s)
			}
		}
	}
}

// check looks for every write in the database.
func (l *load) check(t *testing.T, database string) {
	t.Helper()
	s := openStore(t, database)
	comments := make(map[string]int)
	for n, i := range l.importers {
		total := 0
		for _, w := range l.writers[2*n : 2*n+2] {
			for _, d := range history(t, s, i.tenant.id, w.control) {
				total++
				if !strings.HasPrefix(d.Reason, "first of ") {
					comments[d.Reason]++
				}
			}
		}
		made, evidence := logged(t, s, i.tenant.id)
		if total != made {
			t.Errorf("tenant %s: %d decisions, and %d in the audit log", i.tenant.id, total, made)
		}
		delete(evidence, exportTime(0).Format(time.RFC3339))
		i.fates.compare(t, "the evidence of", evidence)
	}
	l.decisions.compare(t, "the decision", comments)
}

func history(t *testing.T, s *postgres.Store, tenant posture.TenantID, control posture.ControlID) (list []store.Decision) {
	t.Helper()
	err := s.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) (err error) {
		list, err = r.Decisions.History(ctx, tenant, control)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// logged counts the decisions in an audit log, and the evidence by its time.
func logged(t *testing.T, s *postgres.Store, tenant posture.TenantID) (decisions int, evidence map[string]int) {
	t.Helper()
	evidence = make(map[string]int)
	err := s.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) error {
		entries, err := r.Audit.Find(ctx, tenant, store.AuditQuery{Limit: 1 << 20})
		for i := range entries {
			if entries[i].Event == audit.DecisionMade {
				decisions++
			}
			if entries[i].Event == audit.EvidenceTaken {
				evidence[takenAt(t, entries[i].Details.After)]++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return decisions, evidence
}

// takenAt is the time of the evidence that an entry of the audit log tells of.
func takenAt(t *testing.T, record string) string {
	t.Helper()
	var told struct {
		At time.Time `json:"at"`
	}
	if err := json.Unmarshal([]byte(record), &told); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	return told.At.UTC().Format(time.RFC3339)
}

// Whichever of three servers dies, and whenever: each write that was
// acknowledged is there once, none is there twice, and all chains are whole.
func TestKilledServersLoseAndDoubleNothing(t *testing.T) {
	path, times := program(t), kills(t)
	database := postgrestest.New(t).Server
	servers := make([]*server, 3)
	for i := range servers {
		servers[i] = serve(t, database)
	}
	servers[0].awaitReady(t)
	l := newLoad(t, database, servers[0].base, 4)
	b := balance(t, servers...)
	stop := l.run(t, b.front.URL, database)
	for n := range times {
		pause(t.Context(), time.Duration(rand.IntN(200))*time.Millisecond)
		if ok := until(t.Context(), func() bool { return b.count() >= 2 }); !ok {
			t.Fatalf("after %d kills only %d servers are ready", n, b.count())
		}
		i := rand.IntN(len(servers))
		servers[i].kill()
		s, err := startServer(t.Context(), path, database)
		if err != nil {
			t.Fatalf("after %d kills: %v", n+1, err)
		}
		t.Cleanup(s.kill)
		servers[i] = s
		b.replace(i, s)
		if (n+1)%20 == 0 {
			t.Logf("%d kills, %d decisions acknowledged, %d requests broken off", n+1, l.decisions.count.Load(), b.broken.Load())
		}
	}
	stop()
	if got := l.decisions.count.Load(); got < int64(times) {
		t.Errorf("only %d decisions were acknowledged in %d kills: the load was too small to prove anything", got, times)
	}
	imports := int64(0)
	for _, i := range l.importers {
		imports += i.fates.count.Load()
	}
	t.Logf("%d kills: %d decisions and %d imports acknowledged, %d requests broken off", times, l.decisions.count.Load(), imports, b.broken.Load())
	l.check(t, database)
	if out := run(t, "verify", "--database", database); strings.Contains(out, "FAULT") || !strings.Contains(out, "good") {
		t.Errorf("verify: %s", out)
	}
}
