#include "sandbox/salesforce/render.h"

#include <algorithm>

#include <fmt/format.h>

namespace plumbline::sandbox {
namespace {

using Paths = std::vector<const FieldPath*>;

void write_object(JsonWriter& json, const World& world, ObjectKind object, RowNumber row, const Paths& paths,
                  std::size_t depth, std::string_view version);

// The paths that go through the same reference as `first`.
Paths through(const Paths& paths, const FieldPath& first, std::size_t depth) {
  Paths same;
  for (const FieldPath* path : paths) {
    if (path->hops.size() > depth + 1 && path->hops[depth].field == first.hops[depth].field)
      same.push_back(path);
  }
  return same;
}

void write_parent(JsonWriter& json, const World& world, RecordView& child, const FieldPath& path,
                  const Paths& paths, std::size_t depth, std::string_view version) {
  const Paths same = through(paths, path, depth);
  if (same.front() != &path) return;  // written with the first of them
  const auto& [object, field] = path.hops[depth];
  json.key(spec_of(object).fields[field].relationship);
  const ObjectKind parents = path.hops[depth + 1].object;
  const Value reference = child.own_value(field);
  const std::optional<RowNumber> row = world.table(parents).find(text_of(reference));
  if (!row) {
    json.null();
  } else {
    write_object(json, world, parents, *row, same, depth + 1, version);
  }
}

void write_object(JsonWriter& json, const World& world, ObjectKind object, RowNumber row, const Paths& paths,
                  std::size_t depth, std::string_view version) {
  RecordView record(world, object);
  record.look_at(row);
  const ObjectSpec& spec = spec_of(object);
  json.begin_object().key("attributes").begin_object().key("type").string(spec.name);
  json.key("url").string(
      fmt::format("/services/data/v{}/sobjects/{}/{}", version, spec.name, world.table(object).id(row)));
  json.end_object();
  for (const FieldPath* path : paths) {
    if (path->hops.size() > depth + 1) {
      write_parent(json, world, record, *path, paths, depth, version);
    } else {
      json.key(path->field().name);
      write_value(json, record.own_value(path->hops[depth].field));
    }
  }
  json.end_object();
}

}  // namespace

void write_value(JsonWriter& json, const Value& value) {
  if (is_null(value)) {
    json.null();
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    json.boolean(*truth);
  } else if (const auto* number = std::get_if<double>(&value)) {
    json.number(*number);
  } else {
    std::string text;
    append_text(text, value, InstantForm::kOffset);
    json.string(text);
  }
}

void write_record(JsonWriter& json, const World& world, const BoundQuery& query, RowNumber row,
                  std::string_view version) {
  Paths paths;
  for (const FieldPath& path : query.select) paths.push_back(&path);
  write_object(json, world, query.object, row, paths, 0, version);
}

void append_csv_header(std::string& out, std::span<const FieldPath> select, const CsvForm& form) {
  for (const FieldPath& path : select) {
    if (&path != select.data()) out += form.delimiter;
    append_quoted(out, path.name);
  }
  out += form.line_end;
}

void append_csv_record(std::string& out, RecordView& record, std::span<const FieldPath> select,
                       const CsvForm& form) {
  std::string text;
  for (const FieldPath& path : select) {
    if (&path != select.data()) out += form.delimiter;
    text.clear();
    append_text(text, record.value(path), InstantForm::kZulu);
    if (form.nul_share > 0 && !text.empty() && path.field().kind == FieldKind::kTextArea) {
      Dice dice(text.size(), Matter::kFault, record.row());
      if (dice.chance(form.nul_share)) text.insert(text.size() / 2, 1, '\0');
    }
    append_quoted(out, text);
  }
  out += form.line_end;
}

std::vector<FieldPath> every_field(ObjectKind object, const Visibility& visibility) {
  std::vector<FieldPath> paths;
  const ObjectSpec& spec = spec_of(object);
  for (std::size_t field = 0; field < spec.fields.size(); ++field) {
    if (!visibility.shows(object, field)) continue;
    paths.push_back(
        {.hops = {{.object = object, .field = field}}, .name = std::string(spec.fields[field].name)});
  }
  return paths;
}

}  // namespace plumbline::sandbox
