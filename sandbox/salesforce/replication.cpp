#include "sandbox/salesforce/replication.h"

#include <algorithm>

#include "base/json.h"
#include "sandbox/salesforce/render.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

struct Window {
  Instant start;
  Instant end;  // not in it
};

// Seconds do not count.
Answer<Window> window_of(const World& world, const ObjectSpec& object, const Request& request, days longest) {
  const auto moment = [&](std::string_view name) -> std::optional<Instant> {
    const auto text = request.parameter(name);
    const auto instant = text ? parse_instant(*text) : std::nullopt;
    return instant ? std::optional<Instant>(floor<minutes>(*instant)) : std::nullopt;
  };
  const auto start = moment("start");
  const auto end = moment("end");
  const auto invalid = [](std::string_view why) {
    return refuse(400, "INVALID_REPLICATION_DATE", std::string(why));
  };
  if (!start || !end) return invalid("start and end are moments like 2026-04-30T09:00:00+00:00");
  if (*start >= *end) return invalid("startDate before endDate");
  if (*start < world.now() - longest) return invalid("startDate is too old");
  if (!object.replicateable)
    return refuse(400, "INVALID_TYPE", std::string(object.name) + " is not replicateable");
  return Window{.start = *start, .end = *end};
}

void write_moment(JsonWriter& json, std::string_view key, Instant instant) {
  json.key(key);
  write_value(json, Value{instant});
}

}  // namespace

Answer<Response> updated(const World& world, const ObjectSpec& object, const Request& request) {
  const Answer<Window> window = window_of(world, object, request, kUpdatedWindow);
  if (!window) return std::unexpected(window.error());
  const Table& rows = world.table(object.kind);
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("ids").begin_array();
  for (RowNumber row = 0; row < rows.size(); ++row) {
    const Instant changed = rows.changed(row);
    if (rows.deleted(row) || changed < window->start || changed >= window->end) continue;
    json.string(rows.id(row));
    ++response.rows;
  }
  if (response.rows > kMostUpdatedIds)
    return refuse(400, "EXCEEDED_ID_LIMIT", "the window has too many records");
  json.end_array();
  write_moment(json, "latestDateCovered", std::min(window->end, world.latest_covered()));
  json.end_object();
  return response;
}

Answer<Response> deleted(const World& world, const ObjectSpec& object, const Request& request) {
  const Answer<Window> window = window_of(world, object, request, kRecycleBin);
  if (!window) return std::unexpected(window.error());
  const Table& rows = world.table(object.kind);
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object().key("deletedRecords").begin_array();
  for (RowNumber row = 0; row < rows.size(); ++row) {
    const Instant changed = rows.changed(row);
    if (!rows.deleted(row) || changed < window->start || changed >= window->end) continue;
    json.begin_object().key("id").string(rows.id(row));
    write_moment(json, "deletedDate", changed);
    json.end_object();
    ++response.rows;
  }
  json.end_array();
  write_moment(json, "earliestDateAvailable", world.now() - kRecycleBin);
  write_moment(json, "latestDateCovered", std::min(window->end, world.latest_covered()));
  json.end_object();
  return response;
}

}  // namespace plumbline::sandbox
