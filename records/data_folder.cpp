// Discovery: Opener gathers the files there are, tells what each holds, and reads no more of it than that
// takes.
#include "records/data_folder.h"

#include <algorithm>
#include <filesystem>
#include <new>
#include <optional>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_name.h"
#include "records/csv.h"
#include "records/describe.h"
#include "records/file_object.h"
#include "records/input_file.h"
#include "records/json.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeaderChunkBytes = std::size_t{1} << 16;

enum class Origin : std::uint8_t {
  kFolder,  // found in a folder: skipped where it is not understood
  kNamed,   // named by itself or by --object: an error then
};

struct Candidate {
  std::string path;
  std::string name;
  Origin origin = Origin::kFolder;
  std::string forced{};  // the object --object or the field map says it holds
};

struct Assignment {
  std::string object;
  std::string file;
};

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool same_name(std::string_view a, std::string_view b) { return lowered(a) == lowered(b); }

std::string file_name_of(const std::string& path) { return fs::path(path).filename().string(); }

// A bare name also stands for the file of that name in any of the folders.
bool names(const Assignment& assignment, const Candidate& candidate) {
  const bool bare = assignment.file.find('/') == std::string::npos;
  if (bare && file_name_of(candidate.path) == assignment.file) return true;
  std::error_code failure;
  return fs::equivalent(candidate.path, assignment.file, failure);
}

Error about(std::string_view file, ErrorCode code, std::string message) {
  return in_file(Error{.code = code, .message = std::move(message), .where = std::nullopt}, file);
}

// By its ending; empty for endings that are not read.
std::optional<FileFormat> format_of_name(std::string_view name) {
  const std::string ending = lowered(fs::path(name).extension().string());
  if (ending == ".json") return FileFormat::kJson;
  if (ending == ".csv" || ending == ".tsv" || ending == ".txt") return FileFormat::kCsv;
  return std::nullopt;
}

// Takes the names and ends the reading there.
class HeaderReader : public RowSink {
 public:
  std::optional<std::vector<std::string>> names;

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> header) override {
    names.emplace(header.begin(), header.end());
    return fail(ErrorCode::kCancelled, "only the header was wanted");
  }
  void on_rows(const RowBatch&) override {}
  void on_reject(const RowReject&) override {}
};

// Formats that people rename to .csv, by their first bytes.
std::optional<std::string_view> foreign_format(std::string_view start) {
  if (start.starts_with("PK\x03\x04")) return "is an Excel workbook or a zip archive; save it as CSV (UTF-8)";
  if (start.starts_with("\xD0\xCF\x11\xE0")) return "is an old Excel workbook; save it as CSV (UTF-8)";
  if (start.starts_with("\x1F\x8B")) return "is compressed; unpack it with gunzip first";
  return std::nullopt;
}

Result<std::vector<std::string>> read_header(InputFile& file, const std::string& name) {
  HeaderReader header;
  CsvParser parser(CsvOptions{.file = name, .delimiter = std::nullopt}, header);
  std::vector<char> buffer(kHeaderChunkBytes);
  for (bool first = true; !header.names; first = false) {
    const Result<std::string_view> chunk = file.read(buffer);
    if (!chunk) return fail(chunk.error());
    if (const auto foreign = first ? foreign_format(*chunk) : std::nullopt; foreign) {
      return fail(ErrorCode::kInvalidInput, std::string(*foreign));
    }
    Status parsed = chunk->empty() ? parser.finish() : parser.feed(*chunk);
    if (header.names) break;
    if (!parsed) return fail(std::move(parsed.error()));
    if (chunk->empty()) return fail(ErrorCode::kInvalidInput, "is empty; export it again");
  }
  return std::move(*header.names);
}

class Opener {
 public:
  Opener(const FolderOptions& options, Schema& schema) : options_(options), schema_(schema) {}

  std::expected<DataFolder, FolderFaults> run() {
    read_assignments();
    for (const std::string& path : options_.paths) gather(path);
    gather_assigned();
    force_assigned();
    force_mapped();
    std::ranges::sort(candidates_, {}, &Candidate::name);
    for (const Candidate& candidate : candidates_) open(candidate);
    if (!faults_.errors.empty()) return std::unexpected(std::move(faults_));
    return std::move(folder_);
  }

 private:
  void read_assignments();
  void gather(const std::string& path);
  void gather_folder(const fs::path& folder, const std::string& name);
  void gather_assigned();
  void add_candidate(Candidate candidate);
  void force_assigned();
  void force_mapped();
  void open(const Candidate& candidate);
  void open_csv(const Candidate& candidate);
  void open_json(const Candidate& candidate);
  void place_json(const Candidate& candidate, const std::vector<JsonObjectOutline>& outlines,
                  std::uint64_t bytes);
  std::string object_of_outline(const Candidate& candidate, const std::string& type,
                                const std::string& untyped, std::string& why_not) const;
  std::string told_by_name(const Candidate& candidate) const;
  std::string not_understood(const Candidate& candidate) const;
  bool readable_object(const Candidate& candidate, const std::string& object);
  void accept(const Candidate& candidate, DataFile file);
  bool has_identity(const DataFile& file, std::size_t object) const;
  void declare_columns(const DataFile& file, std::size_t object);
  void skip(const std::string& name, std::string reason) {
    folder_.skipped.push_back({name, std::move(reason)});
  }
  // Where a file is of no use, the person who named it must know; one found in a folder is only listed.
  void leave(const Candidate& candidate, std::string reason) {
    const bool may_be_skipped =
        candidate.origin == Origin::kFolder || options_.unclear == FolderOptions::Unclear::kSkip;
    if (may_be_skipped && candidate.forced.empty()) return skip(candidate.name, std::move(reason));
    faults_.errors.push_back(about(candidate.name, ErrorCode::kInvalidInput, std::move(reason)));
  }

  const FolderOptions& options_;
  Schema& schema_;
  std::vector<Assignment> assignments_;
  std::vector<Candidate> candidates_;
  std::set<std::string> seen_;  // canonical paths
  DataFolder folder_;
  FolderFaults faults_;
};

void Opener::read_assignments() {
  for (const auto& [object, file] : options_.objects) {
    const std::string option = fmt::format("--object {}={}", object, file);
    if (const auto index = schema_.find_object(object); index) {
      assignments_.push_back({schema_.object(*index).name, file});
      continue;
    }
    const std::vector<std::string> known = schema_.object_names();
    const bool other = std::ranges::any_of(other_salesforce_objects(),
                                           [&](std::string_view name) { return same_name(name, object); });
    faults_.errors.push_back(
        about(option, ErrorCode::kInvalidInput,
              other ? fmt::format("no policy reads {}; leave the file out", object)
                    : fmt::format("there is no object {}{}", object, did_you_mean(object, known))));
  }
}

void Opener::gather(const std::string& path) {
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (fs::is_directory(status)) return gather_folder(path, path);
  if (fs::exists(status) || failure == std::errc::permission_denied) {
    return add_candidate({path, path, Origin::kNamed});
  }
  faults_.errors.push_back(about(path, ErrorCode::kNotFound,
                                 "there is no such file or folder; name a folder of exports, or a file"));
}

void Opener::gather_folder(const fs::path& folder, const std::string& name) {
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  std::vector<std::string> inner;
  std::size_t found = 0;
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    const std::string entry = entries->path().filename().string();
    if (entry.starts_with('.')) continue;
    ++found;
    std::error_code ignored;
    if (entries->is_directory(ignored)) {
      inner.push_back(entry);
    } else {
      add_candidate({entries->path().string(), (fs::path(name) / entry).string(), Origin::kFolder});
    }
  }
  if (failure == std::errc::not_enough_memory) throw std::bad_alloc();  // told as all others are
  if (failure) {
    faults_.errors.push_back(
        about(name, ErrorCode::kInvalidInput,
              fmt::format("the folder cannot be read: {}; give this user permission to read it",
                          failure.message())));
  } else if (found == 0) {
    skip(name, "the folder is empty");
  }
  if (inner.empty()) return;
  std::ranges::sort(inner);
  skip(name, fmt::format("folders inside it are not entered; name them as well to read them: {}",
                         fmt::join(inner, ", ")));
}

void Opener::add_candidate(Candidate candidate) {
  std::error_code failure;
  const fs::path canonical = fs::canonical(candidate.path, failure);
  const std::string key = failure ? candidate.path : canonical.string();
  if (seen_.insert(key).second) {
    candidates_.push_back(std::move(candidate));
    return;
  }
  if (candidate.origin != Origin::kNamed) return;
  for (Candidate& earlier : candidates_) {
    if (fs::equivalent(earlier.path, candidate.path, failure)) earlier.origin = Origin::kNamed;
  }
}

// --object with a file that no path has brought yet.
void Opener::gather_assigned() {
  for (const Assignment& assignment : assignments_) {
    if (std::ranges::any_of(candidates_, [&](const Candidate& one) { return names(assignment, one); }))
      continue;
    std::error_code failure;
    if (fs::exists(assignment.file, failure)) {
      add_candidate({assignment.file, assignment.file, Origin::kNamed});
      continue;
    }
    std::vector<std::string> known;
    for (const Candidate& candidate : candidates_) known.push_back(file_name_of(candidate.path));
    faults_.errors.push_back(
        about(fmt::format("--object {}={}", assignment.object, assignment.file), ErrorCode::kNotFound,
              "there is no such file" + did_you_mean(file_name_of(assignment.file), known)));
  }
}

void Opener::force_assigned() {
  for (const Assignment& assignment : assignments_) {
    for (Candidate& candidate : candidates_) {
      if (!names(assignment, candidate)) continue;
      if (!candidate.forced.empty() && candidate.forced != assignment.object) {
        faults_.errors.push_back(
            about(candidate.name, ErrorCode::kInvalidInput,
                  fmt::format("--object says that it holds {} and also {}; say one of them", candidate.forced,
                              assignment.object)));
      }
      candidate.forced = assignment.object;
      candidate.origin = Origin::kNamed;
    }
  }
}

void Opener::force_mapped() {
  if (options_.field_map == nullptr) return;
  for (const MappedObject& mapped : options_.field_map->objects) {
    if (mapped.file.empty()) continue;
    bool found = false;
    for (Candidate& candidate : candidates_) {
      if (!same_name(file_name_of(candidate.path), mapped.file)) continue;
      found = true;
      if (candidate.forced.empty()) candidate.forced = mapped.object;
    }
    if (!found)
      skip(mapped.file, fmt::format("the field map names it for {}, but it is not there", mapped.object));
  }
}

std::string Opener::told_by_name(const Candidate& candidate) const {
  return candidate.forced.empty() ? read_file_name(candidate.name, schema_).object : candidate.forced;
}

std::string Opener::not_understood(const Candidate& candidate) const {
  const FileNameReading reading = read_file_name(candidate.name, schema_);
  const std::string words = fmt::format("{}", fmt::join(reading.strange_words, " "));
  const std::string remedy =
      fmt::format("Say --object NAME={} or name the file in a field map", file_name_of(candidate.path));
  if (!reading.partial.empty()) {
    return fmt::format("not understood: its name holds {}, but \"{}\" may make it something else. {}",
                       reading.partial, words, remedy);
  }
  const std::string nearest = did_you_mean(words, schema_.object_names());
  return fmt::format("not understood: its name tells no object{}{}", nearest.empty() ? ". " : nearest + " ",
                     remedy);
}

// False, and the file left out, where no policy reads this object.
bool Opener::readable_object(const Candidate& candidate, const std::string& object) {
  if (object.empty()) {
    leave(candidate, not_understood(candidate));
    return false;
  }
  if (schema_.find_object(object)) return true;
  skip(candidate.name, fmt::format("holds {}, which no policy reads", object));
  return false;
}

void Opener::open(const Candidate& candidate) {
  std::optional<FileFormat> format = format_of_name(candidate.name);
  if (!format && candidate.forced.empty()) {
    leave(candidate, "not a .csv, .tsv, .txt or .json file; save the data as CSV (UTF-8)");
    return;
  }
  if (format.value_or(FileFormat::kCsv) == FileFormat::kJson) return open_json(candidate);
  open_csv(candidate);
}

void Opener::open_csv(const Candidate& candidate) {
  const std::string object = told_by_name(candidate);
  if (!readable_object(candidate, object)) return;
  Result<InputFile> file = InputFile::open(candidate.path, candidate.name);
  if (!file) {
    faults_.errors.push_back(std::move(file.error()));
    return;
  }
  Result<std::vector<std::string>> columns = read_header(*file, candidate.name);
  if (!columns) {
    faults_.errors.push_back(in_file(std::move(columns.error()), candidate.name));
    return;
  }
  accept(candidate, DataFile{.path = candidate.path,
                             .name = candidate.name,
                             .object = schema_.object(*schema_.find_object(object)).name,
                             .format = FileFormat::kCsv,
                             .columns = std::move(*columns),
                             .bytes = file->bytes()});
}

void Opener::open_json(const Candidate& candidate) {
  Result<InputFile> file = InputFile::open(candidate.path, candidate.name);
  if (!file) {
    faults_.errors.push_back(std::move(file.error()));
    return;
  }
  const Result<std::string_view> document = file->map();
  if (!document) {
    faults_.errors.push_back(document.error());
    return;
  }
  Result<std::vector<JsonObjectOutline>> outlines = outline_json(*document);
  if (outlines) return place_json(candidate, *outlines, file->bytes());
  const std::vector<DescribedObject> described = read_describe(*document);
  if (!described.empty() && candidate.forced.empty()) {
    return leave(candidate, fmt::format("tells the fields of {} (a describe document) and holds no records",
                                        described.front().name));
  }
  // JSON of another kind (settings, a plan of an import) is no fault of a folder unless its name claims
  // records.
  const bool claims = candidate.origin == Origin::kNamed || !told_by_name(candidate).empty();
  if (outlines.error().code == ErrorCode::kNotFound && !claims) {
    skip(candidate.name, "not understood: " + outlines.error().message);
  } else {
    faults_.errors.push_back(in_file(std::move(outlines.error()), candidate.name));
  }
}

// `untyped`: the object of the file's records that do not say theirs. Empty with a reason where none is
// known.
std::string Opener::object_of_outline(const Candidate& candidate, const std::string& type,
                                      const std::string& untyped, std::string& why_not) const {
  if (type.empty()) {
    if (untyped.empty()) why_not = not_understood(candidate);
    return untyped;
  }
  const std::size_t slash = type.find('/');
  if (slash == std::string::npos) return type;
  const std::string parent = slash == 0 ? untyped : type.substr(0, slash);
  const std::string relationship = type.substr(slash + 1);
  if (const auto parent_index = schema_.find_object(parent); parent_index) {
    const auto found = schema_.find_relationship(*parent_index, relationship);
    if (found) return schema_.relationships()[*found].child;
  }
  why_not = fmt::format("its records under {} do not say what they are; export them with their attributes",
                        relationship);
  return {};
}

void Opener::place_json(const Candidate& candidate, const std::vector<JsonObjectOutline>& outlines,
                        std::uint64_t bytes) {
  const auto says = [&](std::string_view object) {
    return std::ranges::any_of(
        outlines, [&](const JsonObjectOutline& entry) { return same_name(entry.object, object); });
  };
  // What --object or the field map says holds for the records that do not say it themselves; for a file of
  // one kind of records it holds whatever they say.
  const bool overrides = !candidate.forced.empty() && outlines.size() == 1;
  if (!candidate.forced.empty() && !overrides && !says(candidate.forced) && !says("")) {
    faults_.errors.push_back(
        about(candidate.name, ErrorCode::kInvalidInput,
              fmt::format("holds no {} records, but several other kinds", candidate.forced)));
    return;
  }
  const std::string untyped = told_by_name(candidate);
  for (const JsonObjectOutline& entry : outlines) {
    std::string why_not;
    const std::string object =
        overrides ? candidate.forced : object_of_outline(candidate, entry.object, untyped, why_not);
    if (object.empty()) {
      leave(candidate, why_not);
      continue;
    }
    if (!readable_object(candidate, object)) continue;
    accept(candidate, DataFile{.path = candidate.path,
                               .name = candidate.name,
                               .object = schema_.object(*schema_.find_object(object)).name,
                               .format = FileFormat::kJson,
                               .columns = entry.keys,
                               .bytes = bytes,
                               .outline = entry.object,
                               .untyped = untyped,
                               .relationships = entry.relationships,
                               .by_reference = entry.by_reference});
  }
}

void Opener::accept(const Candidate& candidate, DataFile file) {
  const std::size_t object = *schema_.find_object(file.object);
  const bool no_rows = file.format == FileFormat::kJson && file.columns.empty();
  if (!no_rows && !has_identity(file, object)) {
    leave(candidate,
          fmt::format(
              "has no Id column, so its {} records cannot be told apart; export Id, or name the column that "
              "stands for it with key: in a field map (--fields)",
              file.object));
    return;
  }
  declare_columns(file, object);
  folder_.files.push_back(std::move(file));
}

// Records that others refer to, and that verdicts name, need an Id; rows of history or of a calendar do not.
bool Opener::has_identity(const DataFile& file, std::size_t object) const {
  const ObjectSchema& known = schema_.object(object);
  if (!known.find("Id") || !known.find("Name")) return true;
  const MappedObject* mapped =
      options_.field_map == nullptr ? nullptr : options_.field_map->find(file.object);
  std::vector<std::string> keys{"Id"};
  if (mapped != nullptr) {
    if (!mapped->key.empty()) keys.push_back(mapped->key);
    for (const MappedField& field : mapped->fields) {
      if (same_name(field.field, "Id")) keys.push_back(field.from);
    }
  }
  return std::ranges::any_of(file.columns, [&](const std::string& column) {
    return std::ranges::any_of(keys, [&](const std::string& key) { return same_name(column, key); });
  });
}

// Dotted names are fields of other records (Owner.Name), $ names are ours.
void Opener::declare_columns(const DataFile& file, std::size_t object) {
  for (const std::string& column : file.columns) {
    if (column.empty() || column.starts_with('$') || column.find('.') != std::string::npos) continue;
    if (schema_.object(object).find(column)) continue;
    schema_.add_field(object, FieldSchema{.name = column, .label = label_of(column)});
  }
}

}  // namespace

std::string object_of_file_name(std::string_view name, const Schema& schema) {
  return read_file_name(name, schema).object;
}

std::expected<DataFolder, FolderFaults> open_folder(const FolderOptions& options, Schema& schema) {
  return Opener(options, schema).run();
}

}  // namespace plumbline
