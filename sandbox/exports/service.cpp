#include "sandbox/exports/service.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/json.h"
#include "sandbox/web/gzip.h"

namespace plumbline::sandbox {
namespace {

Response refused(int status, std::string_view message) {
  Response response{.status = status, .type = "text/plain"};
  response.body = std::string(message) + "\n";
  return response;
}

std::string signature_of(std::string_view key, std::string_view file, std::string_view expires) {
  return sha256_hex(fmt::format("{}\n{}\n{}", key, file, expires));
}

// What spoils a file: rows that are missing, headers that are no longer those of yesterday.
struct Spoilt {
  bool half = false;
  bool drift = false;
};

std::vector<std::size_t> fields_of(const ObjectSpec& object, bool drift) {
  std::vector<std::size_t> fields;
  for (std::size_t field = 0; field < object.fields.size(); ++field) {
    if (object.fields[field].use == FieldUse::kWithheld ||
        object.fields[field].use == FieldUse::kMultiCurrency)
      continue;
    fields.push_back(field);
  }
  if (drift) fields.pop_back();
  return fields;
}

std::string name_of(const ObjectSpec& object, std::size_t field, bool drift) {
  std::string name(object.fields[field].name);
  return drift && field == kSystemFields ? name + " (new)" : name;
}

std::vector<RowNumber> rows_of(const Table& table, bool half) {
  std::vector<RowNumber> rows;
  for (RowNumber row = 0; row < table.size(); ++row) {
    if (!table.deleted(row)) rows.push_back(row);
  }
  if (half) rows.resize(rows.size() / 2);
  return rows;
}

std::string csv(const World& world, const ObjectSpec& object, const Spoilt& spoilt) {
  const Table& table = world.table(object.kind);
  const std::vector<std::size_t> fields = fields_of(object, spoilt.drift);
  std::string out;
  for (const std::size_t field : fields) {
    if (!out.empty()) out += ',';
    append_quoted(out, name_of(object, field, spoilt.drift));
  }
  out += '\n';
  Row row;
  std::string text;
  for (const RowNumber at : rows_of(table, spoilt.half)) {
    table.read(at, row);
    for (const std::size_t field : fields) {
      if (field != fields.front()) out += ',';
      text.clear();
      append_text(text, row[field], InstantForm::kZulu);
      append_quoted(out, text);
    }
    out += '\n';
  }
  return out;
}

std::string json(const World& world, const ObjectSpec& object, const Spoilt& spoilt) {
  const Table& table = world.table(object.kind);
  const std::vector<std::size_t> fields = fields_of(object, spoilt.drift);
  std::string out;
  JsonWriter writer(out);
  writer.begin_array();
  Row row;
  std::string text;
  for (const RowNumber at : rows_of(table, spoilt.half)) {
    table.read(at, row);
    writer.begin_object();
    for (const std::size_t field : fields) {
      writer.key(name_of(object, field, spoilt.drift));
      text.clear();
      append_text(text, row[field], InstantForm::kZulu);
      if (text.empty()) {
        writer.null();
      } else if (std::holds_alternative<bool>(row[field]) || std::holds_alternative<double>(row[field])) {
        writer.raw(text);
      } else {
        writer.string(text);
      }
    }
    writer.end_object();
  }
  writer.end_array();
  return out;
}

Instant newest(const Table& table) {
  Instant latest{};
  for (RowNumber row = 0; row < table.size(); ++row) latest = std::max(latest, table.changed(row));
  return latest;
}

}  // namespace

std::string Exports::signed_target(std::string_view file, Instant until) const {
  const std::string expires = std::to_string(until.time_since_epoch().count());
  return fmt::format("/exports/signed/{}?expires={}&signature={}", file, expires,
                     signature_of(secrets_.signing_key, file, expires));
}

bool Exports::may_read(const Request& request, std::string_view way, std::string_view file) const {
  const std::string_view given = request.header("Authorization");
  if (way == "open") return true;
  if (way == "bearer") return given == "Bearer " + secrets_.bearer;
  if (way == "basic") return given == "Basic " + to_base64(as_bytes(secrets_.user + ":" + secrets_.password));
  if (way == "header") return request.header(secrets_.header) == secrets_.header_value;
  if (way != "signed") return false;
  const std::string expires = request.parameter("expires").value_or("");
  std::int64_t until = 0;
  const auto [end, fault] = std::from_chars(expires.data(), expires.data() + expires.size(), until);
  return fault == std::errc{} && end == expires.data() + expires.size() &&
         world_.now().time_since_epoch().count() < until &&
         request.parameter("signature") == signature_of(secrets_.signing_key, file, expires);
}

Response Exports::handle(const Request& request) {
  if (auto instead = faults_.instead_of_answer(request)) return *std::move(instead);
  const std::vector<std::string> parts = path_parts(request.path());
  Response response = refused(404, "there is no such file");
  if (parts.size() == 3 && !may_read(request, parts[1], parts[2])) {
    response = refused(parts[1] == "signed" ? 403 : 401, "the credentials are not those of this export");
  } else if (parts.size() == 3) {
    response = file(request, parts[2]);
  }
  response.endpoint = "export";
  faults_.spoil_delivery(request, response);
  return response;
}

Response Exports::file(const Request& request, std::string_view name) {
  const bool packed = name.ends_with(".gz");
  if (packed) name.remove_suffix(3);
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  const std::string_view ending = name.substr(dot);
  const ObjectSpec* object = find_object(name.substr(0, dot));
  if (object == nullptr || (ending != ".csv" && ending != ".json"))
    return refused(404, "there is no such file");
  const Spoilt spoilt{.half = faults_.strikes("export_half", request.target) != nullptr,
                      .drift = faults_.strikes("export_drift", request.target) != nullptr};
  Response response{.type = ending == ".csv" ? "text/csv; charset=utf-8" : "application/json"};
  response.body = ending == ".csv" ? csv(world_, *object, spoilt) : json(world_, *object, spoilt);
  const std::string tag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  const Instant changed = newest(world_.table(object->kind));
  response.with("ETag", tag).with("Last-Modified", http_date(changed));
  const std::string_view known_tag = request.header("If-None-Match");
  const auto known = parse_http_date(request.header("If-Modified-Since"));
  // The tag, where there is one, decides alone.
  if (known_tag.empty() ? (known && *known >= changed) : known_tag == tag) {
    response.status = 304;
    response.body.clear();
    return response;
  }
  if (packed) {
    response.type = "application/gzip";
    response.body = gzip(response.body);
  } else if (request.header("Accept-Encoding").contains("gzip")) {
    response.body = gzip(response.body);
    response.with("Content-Encoding", "gzip");
  }
  return response;
}

}  // namespace plumbline::sandbox
