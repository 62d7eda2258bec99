// The one file that knows prometheus-cpp.
#include "daemon/service/service_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace plumbline {
namespace {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;

constexpr double kMillisecondsOfSecond = 1'000;

CounterFamily& counter(prometheus::Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name("plumbline_" + name).Help(help).Register(registry);
}
GaugeFamily& gauge(prometheus::Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name("plumbline_" + name).Help(help).Register(registry);
}

double seconds_of(std::chrono::milliseconds time) {
  return static_cast<double>(time.count()) / kMillisecondsOfSecond;
}
double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }
double seconds_of(Instant moment) { return static_cast<double>(moment.time_since_epoch().count()); }

}  // namespace

struct ServiceMetrics::Families {
  prometheus::Registry registry{};
  CounterFamily& syncs = counter(registry, "syncs_total", "Syncs that ended, by source and result.");
  CounterFamily& rows =
      counter(registry, "sync_rows_total", "Rows that sources brought, by what became of them.");
  CounterFamily& calls = counter(registry, "source_requests_total", "Requests sent to sources.");
  CounterFamily& bytes = counter(registry, "source_received_bytes_total", "Bytes received, decompressed.");
  GaugeFamily& alarms = gauge(registry, "sync_alarms", "Alarms of a source's newest sync.");
  GaugeFamily& synced_at = gauge(registry, "sync_last_success_timestamp_seconds",
                                 "When a source was synced without failure last.");
  GaugeFamily& sync_time =
      gauge(registry, "sync_last_duration_seconds", "How long a source's newest sync took.");
  CounterFamily& judgings = counter(registry, "judgings_total", "Judgings that ended, by result.");
  GaugeFamily& judged_at =
      gauge(registry, "judging_last_success_timestamp_seconds", "When records were judged last.");
  GaugeFamily& judging_time =
      gauge(registry, "judging_last_duration_seconds", "How long the newest judging took.");
  GaugeFamily& open = gauge(registry, "violations_open", "Violations that are open.");
  CounterFamily& transitions =
      counter(registry, "violation_transitions_total", "Violations that were opened and closed.");
  CounterFamily& anchored =
      counter(registry, "anchor_posts_total", "Checkpoints taken to webhooks, by anchor and result.");
  GaugeFamily& anchor_due =
      gauge(registry, "anchor_due", "1 where a webhook was not told of the newest checkpoint, else 0.");
  GaugeFamily& anchored_entries =
      gauge(registry, "anchor_entries", "Entries of the audit log that a webhook knows of.");
  GaugeFamily& anchored_at = gauge(registry, "anchor_last_success_timestamp_seconds",
                                   "When a webhook was known to have the newest checkpoint last.");
  CounterFamily& reloads = counter(registry, "reloads_total", "Configurations read anew, by result.");
  CounterFamily& handlers =
      counter(registry, "io_handlers_total", "Pieces of work of the thread that waits for the network.");
  GaugeFamily& handler_time = gauge(registry, "io_handler_seconds",
                                    "How long a piece of work kept that thread: the processor's time and all "
                                    "that passed; quantile 1 is the longest.");
  GaugeFamily& memory = gauge(registry, "memory_bytes", "What the service has in the machine's memory.");
  GaugeFamily& memory_bound = gauge(registry, "memory_bound_bytes", "How much memory it may use.");
  GaugeFamily& info = gauge(registry, "build_info", "Always 1; the label tells the version.");
};

ServiceMetrics::ServiceMetrics(const std::string& version) : families_(std::make_unique<Families>()) {
  families_->info.Add({{"version", version}}).Set(1);
}

ServiceMetrics::~ServiceMetrics() = default;

void ServiceMetrics::note_sync(const SyncOutcome& outcome, Instant ended_at) {
  const prometheus::Labels source{{"source", outcome.source}};
  const auto with = [&](const std::string& key, const std::string& value) {
    prometheus::Labels labels = source;
    labels.emplace(key, value);
    return labels;
  };
  families_->syncs.Add(with("result", outcome.report ? "ok" : "failed")).Increment();
  families_->sync_time.Add(source).Set(seconds_of(outcome.time));
  if (!outcome.report) return;
  const SourceReport& report = *outcome.report;
  const std::pair<const char*, std::uint64_t> rows[] = {
      {"added", report.delivered.added},         {"changed", report.delivered.changed},
      {"deleted", report.delivered.deleted},     {"stale", report.delivered.stale},
      {"unchanged", report.delivered.unchanged}, {"rejected", report.delivered.rejected}};
  for (const auto& [kind, count] : rows)
    families_->rows.Add(with("kind", kind)).Increment(static_cast<double>(count));
  families_->calls.Add(source).Increment(static_cast<double>(report.calls));
  families_->bytes.Add(source).Increment(static_cast<double>(report.bytes));
  families_->alarms.Add(source).Set(static_cast<double>(report.alarms.size()));
  families_->synced_at.Add(source).Set(seconds_of(ended_at));
}

void ServiceMetrics::note_judging(const JudgedTotals& judged, Instant ended_at) {
  families_->judgings.Add({{"result", judged.succeeded ? "ok" : "failed"}}).Increment();
  families_->judging_time.Add({}).Set(seconds_of(judged.time));
  if (!judged.succeeded) return;
  families_->judged_at.Add({}).Set(seconds_of(ended_at));
  families_->open.Add({}).Set(static_cast<double>(judged.open));
  families_->transitions.Add({{"to", "opened"}}).Increment(static_cast<double>(judged.opened));
  families_->transitions.Add({{"to", "closed"}}).Increment(static_cast<double>(judged.closed));
}

void ServiceMetrics::note_anchor(const AnchorOutcome& outcome, Instant ended_at) {
  using Kind = AnchorOutcome::Kind;
  const prometheus::Labels anchor{{"anchor", outcome.anchor}};
  const bool failed = outcome.kind == Kind::kFailed;
  if (outcome.kind != Kind::kKnown) {
    prometheus::Labels labels = anchor;
    labels.emplace("result", failed ? "failed" : "ok");
    families_->anchored.Add(labels).Increment();
  }
  families_->anchor_due.Add(anchor).Set(failed ? 1 : 0);
  if (failed) return;
  families_->anchored_entries.Add(anchor).Set(static_cast<double>(outcome.entries));
  families_->anchored_at.Add(anchor).Set(seconds_of(ended_at));
}

void ServiceMetrics::note_reload(bool succeeded) {
  families_->reloads.Add({{"result", succeeded ? "ok" : "refused"}}).Increment();
}

void ServiceMetrics::note_memory(std::uint64_t resident_bytes, std::optional<std::uint64_t> bound) {
  families_->memory.Add({}).Set(static_cast<double>(resident_bytes));
  if (bound) families_->memory_bound.Add({}).Set(static_cast<double>(*bound));
}

void ServiceMetrics::note_handlers(const LoopMeter& meter) {
  constexpr std::pair<const char*, double> kParts[] = {{"0.5", 0.5}, {"0.99", 0.99}, {"0.999", 0.999}};
  const auto note = [&](const std::string& time, const SpanCounts& spans) {
    for (const auto& [name, part] : kParts)
      families_->handler_time.Add({{"time", time}, {"quantile", name}}).Set(seconds_of(spans.at(part)));
    families_->handler_time.Add({{"time", time}, {"quantile", "1"}}).Set(seconds_of(spans.longest()));
  };
  note("cpu", meter.cpu());
  note("wall", meter.wall());
  prometheus::Counter& count = families_->handlers.Add({});
  count.Increment(static_cast<double>(meter.cpu().count()) - count.Value());
}

std::string ServiceMetrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace plumbline
