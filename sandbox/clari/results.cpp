// What the results of Clari's exports look like.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "sandbox/clari/service.h"

namespace plumbline::sandbox {
namespace {

using namespace std::chrono;

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count() * 1000; }

bool wants(const std::vector<std::string>& types, std::string_view type) {
  return std::ranges::find(types, type) != types.end();
}

// 05/03/2026
std::string american(Day day) {
  const year_month_day date = civil(day);
  return fmt::format("{:02}/{:02}/{:04}", static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(date.year()));
}

// $3,000,190.00
std::string money(double value) {
  std::string digits = fmt::format("{:.2f}", value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.find('.')) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return "$" + digits;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace

std::vector<Week> Clari::asked_weeks(const Ask& ask) const {
  std::vector<Week> weeks = weeks_of(ask.quarter, today());
  if (!ask.historical && weeks.size() > 1) weeks.erase(weeks.begin(), weeks.end() - 1);
  // Historical weeks come in no order.
  std::ranges::reverse(weeks);
  return weeks;
}

std::vector<Forecaster> Clari::asked_people(const Ask& ask) const {
  std::vector<Forecaster> people = forecasters(world_, today());
  if (ask.half) people.resize(people.size() / 2);
  return people;
}

std::string Clari::whole_forecast(const Quarter& quarter) const {
  return forecast_json(
      {.quarter = quarter, .historical = true, .types = {"forecast", "forecast_updated", "quota"}}, 0);
}

std::string Clari::forecast_json(const Ask& ask, std::size_t padding_bytes) const {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_entries(json, ask, padding_bytes, body);
  write_people(json);
  json.key("fields").begin_array();
  for (const ForecastField& field : forecast_fields()) {
    json.begin_object().key("fieldId").string(field.id).key("fieldName").string(field.name);
    json.key("fieldType").string(field.type).end_object();
  }
  json.end_array();
  write_times(json, ask);
  json.end_object();
  return body;
}

void Clari::write_entries(JsonWriter& json, const Ask& ask, std::size_t padding_bytes,
                          const std::string& so_far) const {
  const std::vector<Week> weeks = asked_weeks(ask);
  const std::vector<Forecaster> people = asked_people(ask);
  const auto head = [&](const Week& week, const Forecaster& who, std::string_view field) {
    json.begin_object().key("timePeriodId").string(ask.quarter.id()).key("timeFrameId").string(week.id());
    json.key("userId").string(who.id).key("fieldId").string(field);
  };
  json.key("entries").begin_array();
  for (const Week& week : weeks) {
    for (const Forecaster& who : people) {
      for (std::size_t field = 0; field < forecast_fields().size(); ++field) {
        const auto call = call_of(world_, who, week, field, world_.now());
        head(week, who, forecast_fields()[field].id);
        if (call && wants(ask.types, "forecast")) json.key("forecastValue").number(call->value);
        if (settings_.currency_object) {
          json.key("currency").begin_object().key("code").string("USD").end_object();
        } else {
          json.key("currency").string("USD");
        }
        if (wants(ask.types, "forecast_updated")) json.key("isUpdated").boolean(call && call->updated);
        if (call) json.key("updatedBy").string(who.id).key("updatedOn").integer(millis(call->entered));
        if (wants(ask.types, "quota") && field == 0)
          json.key("quotaValue").number(quota_of(world_, who, ask.quarter));
        // A member that no client knows.
        if (who.user % 5 == 0) json.key("confidenceScore").integer(who.user % 100);
        json.end_object();
      }
    }
  }
  const Forecaster nobody{.id = "0:padding"};
  const Week week = weeks.empty() ? Week{} : weeks.front();
  while (so_far.size() < padding_bytes) {
    head(week, nobody, "fc_padding");
    json.key("forecastValue").integer(so_far.size()).end_object();
  }
  json.end_array();
}

void Clari::write_people(JsonWriter& json) const {
  json.key("users").begin_array();
  Row row;
  for (const Forecaster& who : forecasters(world_, today())) {
    world_.table(ObjectKind::kUser).read(who.user, row);
    const std::string role_id = who.id.substr(who.id.find(':') + 1);
    const Table& roles = world_.table(ObjectKind::kUserRole);
    const auto role_row = roles.find(role_id);
    const Value role_name = role_row ? roles.get(*role_row, role::kName) : Value{};
    const bool root = role_row && *role_row == 0;
    json.begin_object().key("userId").string(who.id).key("name").string(text_of(row[user::kName]));
    json.key("email").string(text_of(row[user::kEmail])).key("crmId").string(text_of(row[kId]));
    json.key("hierarchyId").string(role_id).key("hierarchyName").string(text_of(role_name));
    json.key("parentHierarchyId").string(root ? "" : world_.base().id(ObjectKind::kUserRole, 0));
    json.key("parentHierarchyName").string(root ? "" : "CRO");
    json.key("scopeId").begin_object().key("type").string("FORECAST_ROLE").key("userId").string(who.id);
    json.key("userType").string("MGR").end_object().end_object();
  }
  json.end_array();
}

void Clari::write_times(JsonWriter& json, const Ask& ask) const {
  json.key("timeFrames").begin_array();
  for (const Week& week : asked_weeks(ask)) {
    json.begin_object().key("timeFrameId").string(week.id()).key("startDate").string(format_day(week.first));
    json.key("endDate").string(format_day(week.first + days(6))).end_object();
  }
  json.end_array().key("timePeriods").begin_array().begin_object();
  json.key("timePeriodId").string(ask.quarter.id()).key("type").string("quarter");
  json.key("label").string(fmt::format("Quarter {}", ask.quarter.number));
  json.key("year")
      .string(std::to_string(ask.quarter.year))
      .key("startDate")
      .string(format_day(ask.quarter.first()));
  json.key("endDate").string(format_day(ask.quarter.last()));
  json.key("crmId").string(
      record_id("026", static_cast<std::size_t>(ask.quarter.year * 4 + ask.quarter.number)));
  json.end_object().end_array();
}

std::string Clari::forecast_csv(const Ask& ask) const {
  std::string body =
      "User,Email,CRM User ID,Role,Parent Role,Timeframe,Field,Week,Start Day,End Day,Data Type,Data Value\n";
  Row row;
  for (const Week& week : asked_weeks(ask)) {
    for (const Forecaster& who : asked_people(ask)) {
      world_.table(ObjectKind::kUser).read(who.user, row);
      for (std::size_t field = 0; field < forecast_fields().size(); ++field) {
        const auto call = call_of(world_, who, week, field, world_.now());
        const std::string head =
            fmt::format("{},{},{},{},CRO,Q{} FY {},{},{},{},{}", quoted(text_of(row[user::kName])),
                        text_of(row[user::kEmail]), text_of(row[kId]), who.id.substr(who.id.find(':') + 1),
                        ask.quarter.number, ask.quarter.year, forecast_fields()[field].name, week.index,
                        american(week.first), american(week.first + days(6)));
        if (wants(ask.types, "forecast")) {
          body += fmt::format("{},Forecast Value,{}\n", head, call ? quoted(money(call->value)) : "");
        }
        if (wants(ask.types, "forecast_updated")) {
          body += fmt::format("{},Forecast Updated,{}\n", head, call && call->updated ? "Yes" : "No");
        }
      }
    }
  }
  return body;
}

// One event an hour: enough to page through.
std::string Clari::audit_json(Instant from, Instant to, std::size_t most, std::string_view next) const {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("items").begin_array();
  std::size_t items = 0;
  for (Instant at = ceil<hours>(from); at < to && items < most; at += hours(1), ++items) {
    json.begin_object().key("actorId").string("1905").key("actorType").string("USER");
    json.key("sessionId").string("0b0e7a52-0000-4000-8000-000000000001").key("sessionType").string("WEB");
    json.key("event").string("api.accessed").key("eventParameters").begin_object().end_object();
    json.key("eventTimestamp").string(format_instant(at)).key("ipAddress").string("127.0.0.1").end_object();
  }
  json.end_array().key("actors").begin_array().begin_object();
  json.key("actorType").string("USER").key("actorId").string("1905").key("name").string("Integration User");
  json.key("email").string("plumbline@sandbox.example").end_object().end_array();
  if (!next.empty()) json.key("nextLink").string(next);
  json.end_object();
  return body;
}

Response Clari::audit_events(const Request& request) const {
  constexpr std::size_t kDefault = 100;
  constexpr std::size_t kMost = 1000;
  std::size_t most = kDefault;
  if (const auto limit = request.parameter("limit")) {
    const auto [end, fault] = std::from_chars(limit->data(), limit->data() + limit->size(), most);
    if (fault != std::errc{} || end != limit->data() + limit->size() || most < 1 || most > kMost) {
      return json_response(400, R"({"errors":[{"status":"400","message":"limit is 1 to 1000"}]})");
    }
  }
  const auto moment = [&](std::string_view name, Instant otherwise) {
    const auto text = request.parameter(name);
    return (text ? parse_instant(*text) : std::nullopt).value_or(otherwise);
  };
  const Instant from = moment("dateFrom", world_.now() - days(30));
  const Instant to = moment("dateTo", world_.now());
  const Instant next = ceil<hours>(from) + hours(static_cast<long>(most));
  std::string link;
  if (next < to) {
    link = fmt::format("{}/v4/audit/events?limit={}&dateFrom={}&dateTo={}", settings_.base_url, most,
                       format_instant(next), format_instant(to));
  }
  return json_response(200, audit_json(from, to, most, link));
}

std::string Clari::activity_json() const {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("activities").begin_array();
  const Table& events = world_.table(ObjectKind::kEvent);
  Row row;
  for (RowNumber at = 0; at < events.size(); ++at) {
    events.read(at, row);
    json.begin_object().key("activityId").string(text_of(row[kId])).key("activityType").string("MEETING");
    json.key("subject").string(text_of(row[event::kSubject]));
    json.key("date").integer(millis(std::get<Instant>(row[event::kStart])));
    json.key("activityOwnerId")
        .string(text_of(row[event::kOwnerId]))
        .key("accounts")
        .begin_array()
        .end_array();
    json.key("opportunities").begin_array().begin_object();
    json.key("opportunityId").string(text_of(row[event::kWhatId])).end_object().end_array();
    json.key("participants").begin_array().end_array().end_object();
  }
  json.end_array().end_object();
  return body;
}

Response Clari::opportunities(const Request& request) const {
  constexpr std::size_t kMostIds = 100;
  std::vector<std::string> ids;
  const std::size_t mark = request.target.find('?');
  if (mark != std::string::npos) {
    for (auto& [name, value] : parse_parameters(std::string_view(request.target).substr(mark + 1))) {
      if (name == "oppId") ids.push_back(std::move(value));
    }
  }
  if (ids.empty() || ids.size() > kMostIds) {
    return json_response(
        400, R"([{"statusCode":400,"reaspnPhrase":"Bad Request","description":"1 to 100 oppId"}])");
  }
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  const Table& deals = world_.table(ObjectKind::kOpportunity);
  Row row;
  json.begin_array();
  for (const std::string& id : ids) {
    const auto found = deals.find(id);
    if (!found || deals.deleted(*found)) continue;
    deals.read(*found, row);
    json.begin_object().key("id").string(text_of(row[kId])).key("crmScore").begin_object();
    json.key("score").integer(*found % 100).key("message").string("steady").end_object();
    json.key("fields")
        .begin_array()
        .begin_object()
        .key("id")
        .string("opportunity.amount")
        .key("alias")
        .string("Amount");
    const auto* amount = std::get_if<double>(&row[opportunity::kAmount]);
    json.key("value");
    if (amount == nullptr) {
      json.null();
    } else {
      json.number(*amount);
    }
    json.key("trendHistory").begin_array().end_array().end_object().end_array().end_object();
  }
  json.end_array();
  return response;
}

}  // namespace plumbline::sandbox
