#include "connectors/exports/column_drift.h"

#include <algorithm>

#include <fmt/format.h>

#include "records/schema.h"

namespace plumbline {

bool has_column(const std::vector<std::string>& columns, std::string_view name) {
  return std::ranges::any_of(columns, [&](const std::string& column) { return same_name(column, name); });
}

std::vector<std::string> columns_from_text(std::string_view text) {
  std::vector<std::string> columns;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) columns.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return columns;
}

std::string columns_to_text(const std::vector<std::string>& columns) {
  return fmt::format("{}", fmt::join(columns, "\n"));
}

ColumnDrift compare_columns(const KnownColumns& before, const std::vector<std::string>& now) {
  std::vector<std::string> names;
  for (std::string name : now) {
    std::ranges::replace(name, '\n', ' ');
    if (!name.empty()) names.push_back(std::move(name));
  }
  ColumnDrift drift{.after = {.known = before.known}};
  for (const std::string& name : names) {
    if (has_column(before.hidden, name)) drift.returned.push_back(name);
    if (has_column(before.known, name)) continue;
    drift.after.known.push_back(name);
    if (!before.known.empty()) drift.added.push_back(name);
  }
  for (const std::string& name : before.known) {
    if (has_column(names, name)) continue;
    drift.after.hidden.push_back(name);
    if (!has_column(before.hidden, name)) drift.vanished.push_back(name);
  }
  return drift;
}

std::vector<FieldVisibility> visibility_of(const ColumnDrift& drift, const std::string& object,
                                           std::string_view export_name, std::string_view since,
                                           const std::vector<std::string>& elsewhere) {
  std::vector<FieldVisibility> all;
  for (const std::string& name : drift.vanished) {
    if (has_column(elsewhere, name)) continue;
    all.push_back(
        {.object = object,
         .field = name,
         .visible = false,
         .reason = fmt::format("the export {} has had no column {} since {}", export_name, name, since)});
  }
  for (const std::string& name : drift.returned)
    all.push_back({.object = object, .field = name, .visible = true, .reason = {}});
  return all;
}

}  // namespace plumbline
