// Reading packs and field maps, and showing the faults found in them.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "policies/bound_pack.h"
#include "policies/pack.h"
#include "records/field_map.h"
#include "records/schema.h"

namespace plumbline {

// A text file of at most kMaxYamlBytes and one byte more, which the YAML reader then refuses with its place.
Result<std::string> read_text(const std::string& path);
Result<std::string> read_text(std::istream& in, std::string_view name);

// A shipped pack of that name, or else a file.
Result<PackText> find_pack(const std::string& name_or_file);

// The texts that diagnostics point into.
class SourceTexts {
 public:
  void add(std::string file, std::string text);
  // Shipped packs are known without being added.
  std::string_view find(std::string_view file) const;

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
  mutable std::vector<std::pair<std::string, std::string>> shipped_;
};

// As render_all, for faults of several files.
std::string render_faults(const Diagnostics& diagnostics, const SourceTexts& texts);

// A schema with an organisation's own names in it.
struct Fields {
  Schema schema = Schema::standard();
  std::optional<FieldMap> map{};  // empty where none was asked for
};
// The field map at `path` applied to the standard schema; an empty path is none. Faults of the map are
// diagnostics; the Error is a file that cannot be read. Do not use the fields where the diagnostics hold an
// error.
Result<Fields> read_fields(const std::string& path, SourceTexts& texts, Diagnostics& diagnostics);

}  // namespace plumbline
