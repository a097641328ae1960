// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
)

// load is what came of one round of wrk.
type load struct {
	requests  float64
	perSecond float64
	p99       float64 // milliseconds
	bytes     float64 // of one answer with its headers
}

var (
	totalPattern  = regexp.MustCompile(`(\d+) requests in [^,]*, ([\d.]+)(B|KB|MB|GB) read`)
	secondPattern = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	p99Pattern    = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)\b`)
	faultPattern  = regexp.MustCompile(`(?m)^\s*(Non-2xx|Socket errors).*$`)
)

// wrk loads an address over all connections for a while.
func wrk(ctx context.Context, url string, header ...string) (load, error) {
	length := "5s"
	if set := os.Getenv("BENCHTIME"); set != "" {
		length = set
	}
	args := []string{"-t1", "--timeout", "30s", "-c" + strconv.Itoa(connections), "-d" + length, "--latency", "-H", "Accept-Encoding: gzip"}
	for _, h := range header {
		args = append(args, "-H", h)
	}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).Output()
	if err != nil {
		return load{}, fmt.Errorf("wrk: %w", err)
	}
	if fault := faultPattern.Find(out); fault != nil {
		return load{}, fmt.Errorf("wrk %s: %s", url, fault)
	}
	return parse(string(out))
}

func parse(out string) (load, error) {
	total, second, p99 := totalPattern.FindStringSubmatch(out), secondPattern.FindStringSubmatch(out), p99Pattern.FindStringSubmatch(out)
	if total == nil || second == nil || p99 == nil {
		return load{}, fmt.Errorf("wrk wrote something else: %s", out)
	}
	var l load
	size, latency := 0.0, 0.0
	for _, f := range []struct {
		into *float64
		text string
	}{{&l.requests, total[1]}, {&size, total[2]}, {&l.perSecond, second[1]}, {&latency, p99[1]}} {
		value, err := strconv.ParseFloat(f.text, 64)
		if err != nil {
			return load{}, fmt.Errorf("read %q: %w", f.text, err)
		}
		*f.into = value
	}
	l.bytes = size * map[string]float64{"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[total[3]] / l.requests
	l.p99 = latency * map[string]float64{"us": 1e-3, "ms": 1, "s": 1e3}[p99[2]]
	return l, nil
}
