// SPDX-License-Identifier: Apache-2.0

// Package telemetry counts and measures what a server process does, for
// Prometheus. Labels come from closed sets: they never hold a tenant, a person
// or an address. It decides nothing and knows no transport but that of the page
// with the numbers.
package telemetry

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"securescore/internal/posture"
)

// Metrics are all numbers of one process. Methods may be called by many
// goroutines at once.
type Metrics struct {
	registry     *prometheus.Registry
	underWay     prometheus.Gauge
	requests     *prometheus.CounterVec
	seconds      *prometheus.HistogramVec
	transactions *prometheus.HistogramVec
	failures     *prometheus.CounterVec
	known        sync.Map // of labels to *series: to find them by text takes longer than to count
}

// labels are those of a request.
type labels struct {
	method, route string
	class         int
}

// series are the numbers of requests with the same labels.
type series struct {
	count   prometheus.Counter
	seconds prometheus.Observer
}

// New returns the numbers of a process that has done nothing yet.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		underWay: prometheus.NewGauge(prometheus.GaugeOpts{Name: "securescore_http_requests_under_way", Help: "Requests that are being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "securescore_http_requests_total", Help: "Requests that were answered, by method, template of the route and class of the status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "securescore_http_request_seconds", Help: "How long answers took, by template of the route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		transactions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "securescore_store_transaction_seconds", Help: "How long transactions of the storage took, by scope and kind.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 30},
		}, []string{"scope", "kind"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "securescore_store_failures_total", Help: "Transactions that failed, by scope, kind and kind of error."}, []string{"scope", "kind", "error"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "securescore_build_info", Help: "Always 1; the label is the version of the program.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(build, m.underWay, m.requests, m.seconds, m.transactions, m.failures,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Mount adds the page with the numbers.
func (m *Metrics) Mount(mux *http.ServeMux) {
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}

// Began implements httpserver.Observer.
func (m *Metrics) Began() { m.underWay.Inc() }

// Ended implements httpserver.Observer.
func (m *Metrics) Ended(method, route string, status int, took time.Duration) {
	m.underWay.Dec()
	s := m.series(labels{methodOf(method), route, status / 100})
	s.count.Inc()
	s.seconds.Observe(took.Seconds())
}

func (m *Metrics) series(l labels) *series {
	if s, ok := m.known.Load(l); ok {
		if s, ok := s.(*series); ok {
			return s
		}
	}
	s := &series{m.requests.WithLabelValues(l.method, l.route, strconv.Itoa(l.class)+"xx"), m.seconds.WithLabelValues(l.route)}
	m.known.Store(l, s)
	return s
}

// methodOf keeps what clients make up out of the labels.
func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// transaction counts one transaction of the storage.
func (m *Metrics) transaction(scope, kind string, took time.Duration, err error) {
	m.transactions.WithLabelValues(scope, kind).Observe(took.Seconds())
	if err != nil {
		m.failures.WithLabelValues(scope, kind, kindOf(err)).Inc()
	}
}

// kindOf names the kind of an error.
func kindOf(err error) string {
	for _, k := range []struct {
		kind error
		name string
	}{
		{posture.ErrNotFound, "not_found"},
		{posture.ErrConflict, "conflict"},
		{posture.ErrInvalid, "invalid"},
		{posture.ErrForbidden, "forbidden"},
		{posture.ErrUnauthenticated, "unauthenticated"},
		{posture.ErrThrottled, "throttled"},
		{posture.ErrUnavailable, "unavailable"},
	} {
		if errors.Is(err, k.kind) {
			return k.name
		}
	}
	return "other"
}
