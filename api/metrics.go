package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/buntime/buntime/session"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// newRegistry returns a registry with the metrics of the Go runtime and the
// process.
func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// metrics are what /metrics tells. No label takes a value that a client chooses.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  prometheus.Counter
}

func newMetrics(reg *prometheus.Registry, m *session.Manager) *metrics {
	x := &metrics{
		registry: reg,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "buntime_http_requests_total", Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "buntime_http_request_seconds", Help: "Time from headers to response, by route.",
			Buckets: []float64{.0002, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "buntime_http_requests_in_flight", Help: "Requests being handled."}),
		refused:  prometheus.NewCounter(prometheus.CounterOpts{Name: "buntime_http_connections_refused_total", Help: "Connections over the limit."}),
	}
	reg.MustRegister(x.requests, x.seconds, x.inFlight, x.refused, managerMetrics{m})
	return x
}

// request counts one answered request.
func (x *metrics) request(rq *request, method string, status int, took time.Duration) {
	route := "none"
	if rq.route != nil && rq.route.path != "" {
		route = rq.route.path
	} else {
		method = "none"
	}
	x.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	x.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// gather returns all metrics as text in the format that accept asks for.
func (x *metrics) gather(accept string) (body []byte, contentType string, err error) {
	families, err := x.registry.Gather()
	if err != nil {
		return nil, "", fmt.Errorf("gather metrics: %w", err)
	}
	format := expfmt.NegotiateAccept(http.Header{"Accept": {accept}}, expfmt.DefaultAcceptedFormats()...)
	var b bytes.Buffer
	enc := expfmt.NewEncoder(&b, format)
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return nil, "", fmt.Errorf("encode metrics: %w", err)
		}
	}
	if c, ok := enc.(expfmt.Closer); ok {
		if err := c.Close(); err != nil {
			return nil, "", fmt.Errorf("encode metrics: %w", err)
		}
	}
	return b.Bytes(), string(format), nil
}

// managerMetrics collects a manager's counters.
type managerMetrics struct{ m *session.Manager }

var (
	descRunning  = prometheus.NewDesc("buntime_executions_running", "Programs under way.", nil, nil)
	descWaiting  = prometheus.NewDesc("buntime_session_waiting", "Requests that wait for their turn on a session.", nil, nil)
	descQueued   = prometheus.NewDesc("buntime_executions_waiting", "Executions that wait for a place among all.", nil, nil)
	descRefused  = prometheus.NewDesc("buntime_executions_refused_total", "Executions that got no place.", nil, nil)
	descSessions = prometheus.NewDesc("buntime_sessions", "Sessions that exist.", nil, nil)
	descHeld     = prometheus.NewDesc("buntime_sessions_held", "Sessions with something in memory.", nil, nil)
	descMemory   = prometheus.NewDesc("buntime_guest_host_bytes", "Host memory held for guests' files and transfers.", nil, nil)
	descGuests   = prometheus.NewDesc("buntime_guest_memory_bytes", "Memory of sandboxes: in use, or kept idle until the budget is needed.", []string{"state"}, nil)
	descBudget   = prometheus.NewDesc("buntime_guest_memory_budget_bytes", "What all sandboxes may hold together.", nil, nil)
	descCreated  = prometheus.NewDesc("buntime_sessions_created_total", "Sessions made.", nil, nil)
	descErased   = prometheus.NewDesc("buntime_sessions_erased_total", "Sessions deleted or expired.", nil, nil)
	descEnds     = prometheus.NewDesc("buntime_executions_total", "Executions, by how they ended.", []string{"end"}, nil)
	descFuel     = prometheus.NewDesc("buntime_fuel_total", "Fuel spent by guests.", nil, nil)
	descCPU      = prometheus.NewDesc("buntime_guest_cpu_seconds_total", "CPU time of guests.", nil, nil)
)

// Describe implements prometheus.Collector.
func (managerMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descRunning, descWaiting, descQueued, descRefused, descSessions, descHeld, descMemory, descGuests, descBudget, descCreated, descErased, descEnds, descFuel, descCPU} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c managerMetrics) Collect(ch chan<- prometheus.Metric) {
	s := c.m.Stats()
	gauge := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	gauge(descRunning, s.Running)
	gauge(descWaiting, s.Waiting)
	gauge(descQueued, s.Queued)
	counter(descRefused, float64(s.Refused))
	gauge(descSessions, s.Sessions)
	gauge(descHeld, s.Held)
	gauge(descMemory, s.Memory)
	gauge(descGuests, s.Guests, "used")
	gauge(descGuests, s.Kept, "idle")
	gauge(descBudget, s.Budget)
	counter(descCreated, float64(s.Created))
	counter(descErased, float64(s.Erased))
	for end, n := range s.Ends {
		counter(descEnds, float64(n), end)
	}
	counter(descFuel, float64(s.Fuel))
	counter(descCPU, float64(s.CPUNanos)/1e9)
}
