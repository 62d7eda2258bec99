// For programs: docs/cli.md lists the keys.
#include "base/json.h"
#include "daemon/cli/status_output.h"

namespace plumbline {
namespace {

class StatusJson {
 public:
  StatusJson(const StatusFacts& facts, std::string& out)
      : facts_(facts), overview_(facts.overview), json_(out) {}

  void write(const std::vector<std::string>& problems) {
    json_.begin_object();
    text("organisation", facts_.organisation);
    text("ledger", facts_.ledger);
    number("bytes", facts_.bytes);
    moment("at", facts_.now);
    json_.key("problems").begin_array();
    for (const std::string& problem : problems) json_.string(problem);
    json_.end_array();
    write_records();
    write_syncs();
    write_violations();
    write_waivers();
    write_log();
    json_.end_object();
  }

 private:
  void text(std::string_view key, std::string_view value) { json_.key(key).string(value); }
  template <class Number>
  void number(std::string_view key, Number value) {
    json_.key(key).integer(value);
  }
  void moment(std::string_view key, Instant value) { json_.key(key).string(format_instant(value)); }

  void write_records() {
    json_.key("objects").begin_array();
    for (const ObjectOverview& object : overview_.objects) {
      json_.begin_object();
      text("object", object.name);
      number("records", object.records);
      number("sync", object.sync);
      moment("seen_at", object.seen_at);
      json_.end_object();
    }
    json_.end_array().key("vanished_fields").begin_array();
    for (const VanishedField& field : overview_.vanished) {
      json_.begin_object();
      text("object", field.object);
      text("field", field.field);
      moment("seen_at", field.seen_at);
      json_.end_object();
    }
    json_.end_array().key("pruned").begin_array();
    for (const PrunedOverview& pruned : overview_.pruned) {
      json_.begin_object();
      text("kind", pruned.kind);
      moment("before", pruned.before);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_syncs() {
    number("syncs", overview_.syncs);
    json_.key("newest_syncs").begin_array();
    for (const SyncOverview& sync : overview_.newest_syncs) {
      json_.begin_object();
      number("sync", sync.id);
      text("source", sync.source);
      moment("seen_at", sync.seen_at);
      moment("written_at", sync.written_at);
      json_.key("complete").boolean(sync.is_complete);
      number("files", sync.files);
      number("rows", sync.rows);
      number("added", sync.added);
      number("changed", sync.changed);
      number("deleted", sync.deleted);
      number("rejected_rows", sync.rejected_rows);
      number("rejected_cells", sync.rejected_cells);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_violations() {
    json_.key("newest_run");
    if (overview_.newest_run) {
      json_.begin_object();
      number("run", overview_.newest_run->id);
      moment("as_of", overview_.newest_run->as_of);
      moment("written_at", overview_.newest_run->written_at);
      json_.end_object();
    } else {
      json_.null();
    }
    json_.key("violations").begin_object().key("open").begin_array();
    for (const OpenViolations& one : overview_.open) {
      json_.begin_object();
      text("severity", one.severity);
      number("open", one.open);
      number("unknown", one.unknown);
      json_.end_object();
    }
    json_.end_array();
    number("waived", overview_.waived);
    number("lately_days", kOverviewSpan.count());
    number("opened", overview_.lately.opened);
    number("resolved", overview_.lately.resolved);
    number("lapsed", overview_.lately.lapsed);
    number("retracted", overview_.lately.retracted);
    json_.end_object();
  }

  void write_waivers() {
    number("waivers", overview_.waivers);
    json_.key("ending_waivers").begin_array();
    for (const WaiverOverview& waiver : overview_.ending) {
      json_.begin_object();
      number("waiver", waiver.number);
      text("kind", waiver.kind);
      text("policy", waiver.policy);
      text("record", waiver.record);
      text("owner", waiver.owner);
      moment("until", waiver.until);
      json_.end_object();
    }
    json_.end_array();
  }

  void checkpoint(const std::optional<CheckpointOverview>& newest) {
    json_.key("checkpoint");
    if (!newest) {
      json_.null();
      return;
    }
    json_.begin_object();
    number("entries", newest->size);
    json_.key("at");
    if (newest->at) {
      json_.string(format_instant(*newest->at));
    } else {
      json_.null();
    }
    json_.end_object();
  }

  void write_log() {
    json_.key("log").begin_object();
    number("entries", overview_.entries);
    checkpoint(overview_.newest_checkpoint);
    json_.key("anchors").begin_array();
    for (const AnchorFacts& anchor : facts_.anchors) {
      json_.begin_object();
      text("anchor", anchor.name);
      checkpoint(anchor.newest);
      if (anchor.kind == AnchorFacts::Kind::kWebhook) text("failure", anchor.fault);
      json_.end_object();
    }
    json_.end_array().end_object();
  }

  const StatusFacts& facts_;
  const LedgerOverview& overview_;
  JsonWriter json_;
};

}  // namespace

std::string status_json(const StatusFacts& facts, const std::vector<std::string>& problems) {
  std::string out;
  StatusJson(facts, out).write(problems);
  return out + "\n";
}

}  // namespace plumbline
