// SPDX-License-Identifier: Apache-2.0

// Command graph measures the Graph API of a built binary under wrk, beside
// nginx serving the same compressed bytes as a static file in the same run. It
// prints one line for each figure: a name and a number.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"securescore/internal/posture"
)

// Rounds of each side, one after the other so that what else the machine does
// falls on both; the median counts.
const (
	rounds      = 5
	connections = 32
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: graph BINARY")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure the Graph API:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, binary string) (err error) {
	folder, err := os.MkdirTemp("", "bench-graph-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	data := filepath.Join(folder, "data")
	if err := makeData(ctx, data, time.Now().UTC()); err != nil {
		return err
	}
	ours, err := startServer(ctx, binary, data)
	if err != nil {
		return err
	}
	defer ours.stop()
	for _, l := range []struct {
		name, path string
		tenant     posture.TenantID
	}{
		{"scores", "/v1.0/security/secureScores?$top=90", unknown},
		{"scores-described", "/v1.0/security/secureScores?$top=90", described},
		{"profiles", "/v1.0/security/secureScoreControlProfiles", described},
	} {
		if err := compare(ctx, ours.as(l.tenant), folder, l.name, l.path); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	memory, err := ours.peakMemory()
	if err != nil {
		return err
	}
	fmt.Printf("graph-memory %.0f\n", memory)
	return nil
}

// compare loads both sides with one address.
func compare(ctx context.Context, ours *server, folder, name, path string) error {
	body, tag, err := ours.fetch(ctx, path)
	if err != nil {
		return err
	}
	static, err := startNginx(ctx, folder, body)
	if err != nil {
		return err
	}
	defer static.stop()
	var here, there []load
	for range rounds {
		one, err := wrk(ctx, ours.url+path, "Authorization: Bearer "+ours.token)
		if err != nil {
			return err
		}
		other, err := wrk(ctx, static.url+"/body")
		if err != nil {
			return err
		}
		if one.bytes < 0.9*float64(len(body)) || other.bytes < 0.9*float64(len(body)) {
			return fmt.Errorf("answers of %.0f and %.0f bytes, want %d", one.bytes, other.bytes, len(body))
		}
		here, there = append(here, one), append(there, other)
	}
	cpu, err := ours.cpuPer(ctx, path)
	if err != nil {
		return err
	}
	unchanged, err := ours.cpuPer(ctx, path, "If-None-Match: "+tag)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{
		{"requests", median(here, perSecond)},
		{"nginx-requests", median(there, perSecond)},
		{"ratio", median(here, perSecond) / median(there, perSecond)},
		{"p99-ms", median(here, p99)},
		{"nginx-p99-ms", median(there, p99)},
		{"p99-ratio", median(here, p99) / median(there, p99)},
		{"cpu-us", cpu},
		{"unchanged-cpu-us", unchanged},
		{"bytes", float64(len(body))},
	} {
		fmt.Printf("graph-%s-%s %.2f\n", name, f.name, f.value)
	}
	return nil
}

func perSecond(l load) float64 { return l.perSecond }
func p99(l load) float64       { return l.p99 }

// median is the figure of the round in the middle.
func median(rounds []load, figure func(load) float64) float64 {
	figures := make([]float64, len(rounds))
	for i := range rounds {
		figures[i] = figure(rounds[i])
	}
	slices.Sort(figures)
	return figures[len(figures)/2]
}
