// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store/postgres/postgrestest"
)

// Bounds of a failover: until writes are acknowledged again, and for a single
// request while it lasts.
const (
	backWithin   = 10 * time.Second
	answerWithin = 40 * time.Second
)

// outage watches what writers are told.
type outage struct {
	mu      sync.Mutex
	last    time.Time     // of an acknowledged write
	gap     time.Duration // the longest between two
	slowest time.Duration // request
	refused int
	wrong   map[string]int // answers that may not come
}

func (o *outage) note(begun time.Time, status int, retry bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.slowest = max(o.slowest, now.Sub(begun))
	switch {
	case err == nil && status == http.StatusNoContent:
		o.gap, o.last = max(o.gap, now.Sub(o.last)), now
	case err == nil && status == http.StatusServiceUnavailable && retry:
		o.refused++
	default:
		o.wrong[fmt.Sprint(status, " Retry-After: ", retry, " ", err)]++
	}
}

// write changes one control again and again. It asks a server directly, so that
// every answer is the server's.
func (o *outage) write(ctx context.Context, n *tenant, control posture.ControlID, base string, f *fates) {
	client := &http.Client{Transport: &http.Transport{}}
	for i := 0; ctx.Err() == nil; i++ {
		comment := fmt.Sprintf("write %d at %s", i, control)
		f.note(comment, false)
		begun := time.Now()
		status, retry, err := n.put(context.WithoutCancel(ctx), client, base, control, comment)
		o.note(begun, status, retry, err)
		f.note(comment, err == nil && status == http.StatusNoContent)
		if status != http.StatusNoContent {
			pause(ctx, 20*time.Millisecond)
		}
	}
}

// put is decide that also tells whether the answer says when to try again.
func (n *tenant) put(ctx context.Context, client *http.Client, base string, control posture.ControlID, comment string) (status int, retry bool, err error) {
	body := fmt.Sprintf(`{"comment":%q,"vendorInformation":{"provider":"SecureScore","vendor":"Microsoft"}}`, comment)
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, base+profiles+"/"+string(control), strings.NewReader(body))
	if err != nil {
		return 0, false, err
	}
	req.Header = n.bearer()
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return 0, false, err
	}
	return res.StatusCode, res.Header.Get("Retry-After") != "", res.Body.Close()
}

// acknowledge waits until so many further writes were acknowledged.
func acknowledge(t *testing.T, f *fates, n int64) {
	t.Helper()
	goal := f.count.Load() + n
	if !until(t.Context(), func() bool { return f.count.Load() >= goal }) {
		t.Fatalf("only %d writes were acknowledged", f.count.Load())
	}
}

// found counts the decisions in the database by their comments.
func found(t *testing.T, database string, n *tenant) map[string]int {
	t.Helper()
	s := openStore(t, database)
	comments := make(map[string]int)
	for _, control := range n.controls {
		for _, d := range history(t, s, n.id, control) {
			if !strings.HasPrefix(d.Reason, "first of ") {
				comments[d.Reason]++
			}
		}
	}
	return comments
}

// both names two hosts in one address, of which the one that takes changes is
// used.
func both(t *testing.T, database, second string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.Host += "," + second
	q := u.Query()
	q.Set("target_session_attrs", "read-write")
	u.RawQuery = q.Encode()
	return u.String()
}

// The primary dies, its synchronous standby takes over: nothing that was
// acknowledged is lost, and writes are acknowledged again within ten seconds.
func TestFailover(t *testing.T) {
	program(t)
	primary := postgrestest.Start(t, postgrestest.Options{})
	d := primary.New(t)
	standby := primary.Standby(t, "standby")
	primary.Set(t, "synchronous_standby_names", "standby")
	database := both(t, d.Server, standby.Address())
	s := serve(t, database)
	s.awaitReady(t)
	n := addTenant(t, database, 1)
	n.learn(t, s.base, 4)
	f, o := newFates(), &outage{wrong: make(map[string]int), last: time.Now()}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, control := range n.controls {
		all.Go(func() { o.write(ctx, n, control, s.base, f) })
	}
	acknowledge(t, f, 40)
	primary.Kill(t)
	standby.Promote(t)
	acknowledge(t, f, 40)
	stop()
	all.Wait()
	o.judge(t)
	if o.gap > backWithin {
		t.Errorf("no write was acknowledged for %s, want %s at most", o.gap, backWithin)
	}
	// One line for those who measure, in the form of a benchmark.
	fmt.Printf("BenchmarkFailover 1 %d ms-gap %d ms-slowest-request %d refused-requests\n", o.gap.Milliseconds(), o.slowest.Milliseconds(), o.refused)
	f.compare(t, "the decision", found(t, database, n))
	if out := run(t, "verify", "--database", database); strings.Contains(out, "FAULT") {
		t.Errorf("verify: %s", out)
	}
}
