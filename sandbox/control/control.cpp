#include "sandbox/control/control.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "sandbox/chat/page.h"
#include "sandbox/control/sandbox.h"
#include "sandbox/control/settings.h"
#include "sandbox/salesforce/render.h"
#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

Response fault_response(int status, std::string_view message) {
  Response response = json_response(status, {});
  JsonWriter(response.body).begin_object().key("message").string(message).end_object();
  return response;
}

Response clock_response(Sandbox& sandbox) {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("now").string(format_instant(sandbox.world().now()));
  json.key("speed").number(sandbox.speed());
  json.key("latest_covered").string(format_instant(sandbox.world().latest_covered()));
  json.key("in_flight").integer(sandbox.world().in_flight());
  json.end_object();
  return response;
}

Response set_clock(Sandbox& sandbox, const JsonValue& body) {
  constexpr double kMostSpeed = 1'000'000;
  if (const auto speed = body.number("speed")) sandbox.set_speed(std::clamp(*speed, 0.0, kMostSpeed));
  if (const auto advance = body.number("advance_seconds"); advance && *advance > 0) {
    sandbox.life().advance_to(sandbox.world().now() + seconds(static_cast<std::int64_t>(*advance)));
  }
  if (const auto to = body.text("to")) {
    const auto instant = parse_instant(*to);
    if (!instant) return fault_response(400, "`to` is a moment like 2026-04-30T09:00:00Z");
    sandbox.life().advance_to(*instant);
  }
  return clock_response(sandbox);
}

std::size_t number_of(const Request& request, std::string_view name, std::size_t otherwise) {
  const std::string text = request.parameter(name).value_or("");
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

// Every record that a perfect copy holds: all fields that exist, hidden ones too; deleted ones have
// IsDeleted.
Response truth(Sandbox& sandbox, const Request& request, std::string_view name) {
  const ObjectSpec* object = find_object(name);
  if (object == nullptr) return fault_response(404, "there is no such object");
  const Visibility everything(sandbox.options().currencies, sandbox.options().start);
  const std::vector<FieldPath> select = every_field(object->kind, everything);
  const bool without_deleted = request.parameter("deleted") == "no";
  const Table& rows = sandbox.world().table(object->kind);
  Response response{.type = "text/csv; charset=UTF-8"};
  const CsvForm form;
  append_csv_header(response.body, select, form);
  RecordView record(sandbox.world(), object->kind);
  const std::size_t from = std::min<std::size_t>(number_of(request, "from", 0), rows.size());
  const std::size_t end = from + std::min(number_of(request, "rows", rows.size()), rows.size() - from);
  for (auto row = static_cast<RowNumber>(from); row < end; ++row) {
    if (without_deleted && rows.deleted(row)) continue;
    record.look_at(row);
    append_csv_record(response.body, record, select, form);
    ++response.rows;
  }
  return response;
}

Response faults_response(Sandbox& sandbox) {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("faults").begin_array();
  for (const Fault& fault : sandbox.faults().all()) {
    json.begin_object()
        .key("kind")
        .string(fault.kind)
        .key("on")
        .string(fault.on)
        .key("rate")
        .number(fault.rate);
    if (fault.count) json.key("count").integer(*fault.count);
    json.key("milliseconds").integer(fault.time.count()).key("struck").integer(fault.struck).end_object();
  }
  json.end_array().key("kinds").begin_object();
  for (const FaultKind& kind : fault_kinds()) json.key(kind.name).string(kind.meaning);
  json.end_object().end_object();
  return response;
}

Status set_fault(Sandbox& sandbox, const JsonValue& from) {
  Fault fault{.kind = from.text("kind").value_or(""),
              .on = from.text("on").value_or(""),
              .rate = from.number("rate").value_or(1)};
  if (const auto count = from.number("count"))
    fault.count = static_cast<std::uint64_t>(std::max(*count, 0.0));
  fault.time = milliseconds(static_cast<std::int64_t>(from.number("milliseconds").value_or(0)));
  return sandbox.faults().set(std::move(fault));
}

// One fault, {"faults": [...]}, or {"clear": true}, which comes first.
Response set_faults(Sandbox& sandbox, const JsonValue& body) {
  if (body.truth("clear").value_or(false)) sandbox.faults().clear();
  if (const JsonArray* all = body.array("faults")) {
    for (const JsonValue& fault : *all) {
      if (const Status set = set_fault(sandbox, fault); !set) return fault_response(400, set.error().message);
    }
  }
  if (body.member("kind") != nullptr) {
    if (const Status set = set_fault(sandbox, body); !set) return fault_response(400, set.error().message);
  }
  return faults_response(sandbox);
}

Response set_field(Sandbox& sandbox, const JsonValue& body, bool shown) {
  const ObjectSpec* object = find_object(body.text("object").value_or(""));
  const auto field = object == nullptr ? std::nullopt : find_field(*object, body.text("field").value_or(""));
  if (!field || *field == kId) return fault_response(404, "there is no such field to hide or show");
  Visibility& visibility = sandbox.salesforce().visibility();
  const Instant now = sandbox.world().now();
  if (shown) {
    visibility.show(object->kind, *field, now);
  } else {
    visibility.hide(object->kind, *field, now);
  }
  return fault_response(200, shown ? "shown" : "hidden");
}

Response rows_response(std::size_t rows) { return json_response(200, fmt::format(R"({{"rows":{}}})", rows)); }

std::size_t rows_of(const JsonValue& body) {
  return static_cast<std::size_t>(std::max(body.number("rows").value_or(1), 0.0));
}

Response stats(Sandbox& sandbox) {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("calls").begin_object();
  for (const auto& [endpoint, count] : sandbox.calls()) {
    json.key(endpoint).begin_object().key("calls").integer(count.calls).key("rows").integer(count.rows);
    json.key("bytes").integer(count.bytes).key("statuses").begin_object();
    for (const auto& [status, times] : count.statuses) json.key(std::to_string(status)).integer(times);
    json.end_object().end_object();
  }
  json.end_object();
  json.key("api_usage").integer(sandbox.salesforce().calls_today());
  json.key("logins").integer(sandbox.salesforce().logins().logins());
  json.key("changes").integer(sandbox.world().changes_made());
  json.key("records").begin_object();
  for (const ObjectSpec& object : all_objects())
    json.key(object.name).integer(sandbox.world().table(object.kind).size());
  json.end_object().end_object();
  return response;
}

Response audit(Sandbox& sandbox, const Request& request) {
  const std::string on = request.parameter("on").value_or("");
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("requests").begin_array();
  for (const SeenRequest& seen : sandbox.seen()) {
    if (!seen.target.contains(on)) continue;
    json.begin_object().key("at").string(format_instant(seen.at)).key("method").string(seen.method);
    json.key("target").string(seen.target).key("status").integer(seen.status);
    json.key("rows").integer(seen.rows).key("bytes").integer(seen.bytes).end_object();
  }
  json.end_array().end_object();
  return response;
}

// All weeks of a quarter, as they are now: ?timePeriod=2027_Q1, else the current one.
Response clari_truth(Sandbox& sandbox, const Request& request) {
  const Day today{floor<days>(sandbox.world().now()).time_since_epoch()};
  const auto asked = parse_quarter(request.parameter("timePeriod").value_or(""));
  return json_response(200, sandbox.clari().whole_forecast(asked.value_or(quarter_of(today))));
}

Response anchors(Sandbox& sandbox) {
  return {.type = "text/plain; charset=utf-8", .body = sandbox.anchors().kept()};
}

// What was posted, oldest first: ?service=slack, ?room=..., ?after=NUMBER for what came since.
Response chat_posts(Sandbox& sandbox, const Request& request) {
  const std::string service = request.parameter("service").value_or("");
  const std::string room = request.parameter("room").value_or("");
  const std::uint64_t after = number_of(request, "after", 0);
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("posts").begin_array();
  for (const Post& post : sandbox.chat().rooms().posts()) {
    if (post.number <= after || (!service.empty() && post.service != service) ||
        (!room.empty() && post.room != room))
      continue;
    json.begin_object().key("number").integer(post.number).key("at").string(format_instant(post.at));
    json.key("service").string(post.service).key("room").string(post.room).key("id").string(post.id);
    json.key("thread").string(post.thread).key("fault").string(post.fault).key("edits").integer(post.edits);
    // What is no JSON is a text here, so that the whole is JSON in any case.
    json.key("body");
    if (parse_json(post.body)) {
      json.raw(post.body);
    } else {
      json.string(post.body);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return response;
}

Response chat_page(Sandbox& sandbox) {
  return {.type = "text/html; charset=utf-8",
          .body = rooms_page(sandbox.chat().rooms(), sandbox.world().now())};
}

Response clear_chat(Sandbox& sandbox) {
  sandbox.chat().rooms().clear();
  return fault_response(200, "the rooms are empty");
}

Response end_sessions(Sandbox& sandbox) {
  sandbox.salesforce().logins().end_sessions();
  return fault_response(200, "every session has ended");
}

Response reset_stats(Sandbox& sandbox) {
  sandbox.calls().clear();
  sandbox.seen().clear();
  return stats(sandbox);
}

Response commit_late(Sandbox& sandbox, const JsonValue& body) {
  const auto delay = seconds(static_cast<std::int64_t>(body.number("delay_seconds").value_or(120)));
  return rows_response(sandbox.life().commit_late(rows_of(body), delay));
}

struct Endpoint {
  std::string_view method;
  std::string_view path;  // behind /control/
  Response (*answer)(Sandbox&, const JsonValue& body);
};

constexpr auto kEndpoints = std::to_array<Endpoint>({
    {"GET", "clock", [](Sandbox& s, const JsonValue&) { return clock_response(s); }},
    {"POST", "clock", set_clock},
    {"GET", "faults", [](Sandbox& s, const JsonValue&) { return faults_response(s); }},
    {"POST", "faults", set_faults},
    {"POST", "fields/hide", [](Sandbox& s, const JsonValue& b) { return set_field(s, b, false); }},
    {"POST", "fields/show", [](Sandbox& s, const JsonValue& b) { return set_field(s, b, true); }},
    {"POST", "change",
     [](Sandbox& s, const JsonValue& b) { return rows_response(s.life().change(rows_of(b))); }},
    {"POST", "mass-update",
     [](Sandbox& s, const JsonValue& b) { return rows_response(s.life().mass_update(rows_of(b))); }},
    {"POST", "delete",
     [](Sandbox& s, const JsonValue& b) { return rows_response(s.life().remove(rows_of(b))); }},
    {"POST", "undelete",
     [](Sandbox& s, const JsonValue& b) { return rows_response(s.life().undelete(rows_of(b))); }},
    {"POST", "commit-late", commit_late},
    {"POST", "end-sessions", [](Sandbox& s, const JsonValue&) { return end_sessions(s); }},
    {"GET", "stats", [](Sandbox& s, const JsonValue&) { return stats(s); }},
    {"POST", "stats/reset", [](Sandbox& s, const JsonValue&) { return reset_stats(s); }},
    {"GET", "anchors", [](Sandbox& s, const JsonValue&) { return anchors(s); }},
    {"GET", "chat/page", [](Sandbox& s, const JsonValue&) { return chat_page(s); }},
    {"POST", "chat/clear", [](Sandbox& s, const JsonValue&) { return clear_chat(s); }},
    {"GET", "settings", [](Sandbox& s, const JsonValue&) { return settings_response(s); }},
    {"POST", "settings", set_settings},
});

}  // namespace

Response control(Sandbox& sandbox, const Request& request) {
  constexpr std::string_view kPrefix = "/control/";
  constexpr std::string_view kTruth = "truth/";
  const std::string_view path = request.path().substr(kPrefix.size());
  if (request.method == "GET" && path.starts_with(kTruth))
    return truth(sandbox, request, path.substr(kTruth.size()));
  if (request.method == "GET" && path == "clari/truth") return clari_truth(sandbox, request);
  if (request.method == "GET" && path == "audit") return audit(sandbox, request);
  if (request.method == "GET" && path == "chat") return chat_posts(sandbox, request);
  const auto found = std::ranges::find_if(
      kEndpoints, [&](const Endpoint& e) { return e.method == request.method && e.path == path; });
  if (found == kEndpoints.end())
    return fault_response(404, "there is no such control; docs/sandbox.md lists them");
  const Result<JsonValue> body = request.body.empty() ? JsonValue{} : parse_json(request.body);
  if (!body) return fault_response(400, body.error().message);
  return found->answer(sandbox, *body);
}

}  // namespace plumbline::sandbox
