// A folder (or list) of exports: which file holds which object, and reading them into tables.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "records/field_map.h"
#include "records/record_source.h"
#include "records/snapshot.h"
#include "records/table_builder.h"

namespace plumbline {

enum class FileFormat : std::uint8_t { kCsv, kJson };

struct DataFile {
  std::string path;
  std::string name;    // for messages: the path as given
  std::string object;  // Opportunity
  FileFormat format = FileFormat::kCsv;
  std::vector<std::string> columns{};  // header names; for JSON every key met
  std::uint64_t bytes = 0;
  std::string outline{};  // of JSON: the object as outline_json spells it; empty where records do not say
  std::string untyped{};  // of JSON: what the records of this file are that do not say it
  std::vector<std::string> relationships{};  // of JSON: as in JsonObjectOutline
  bool by_reference = false;  // of JSON: Ids are references of an sfdx tree, not Salesforce ids
};

// A file that is not read, and why ("not understood: ...", "holds Campaign, which no policy reads").
struct SkippedFile {
  std::string name;
  std::string reason;
};

struct DataFolder {
  std::vector<DataFile> files;       // in order of name; a JSON file is an entry for each object it holds
  std::vector<SkippedFile> skipped;  // may be all there is: that is for the caller to judge
};

struct FolderOptions {
  std::vector<std::string> paths;  // folders and files
  // --object Opportunity=FILE: a path, or the bare name of a file in one of the folders
  std::vector<std::pair<std::string, std::string>> objects{};
  const FieldMap* field_map = nullptr;  // applied to the schema already
  // A file named by itself that is not understood, or that has no Id.
  enum class Unclear : std::uint8_t { kFault, kSkip } unclear = Unclear::kFault;
};

// The object a file's name tells, in any of the ways people name exports; empty where it does not tell. May
// be one that no policy reads (Case).
std::string object_of_file_name(std::string_view name, const Schema& schema);

// Lists, tells objects (--object before the field map before attributes.type before the name), reads headers.
// Undeclared columns are added to `schema` as text fields. Every unreadable input is an entry of the Errors
// (place, fact, remedy), all at once. A file of a folder that is not understood is skipped; one named by
// itself is an error.
struct FolderFaults {
  std::vector<Error> errors;
};
std::expected<DataFolder, FolderFaults> open_folder(const FolderOptions& options, Schema& schema);

struct LoadCounts {
  std::string object;
  std::uint64_t rows = 0;
  std::uint64_t rejected_rows = 0;
  std::uint64_t rejected_cells = 0;
  std::uint64_t replaced_rows = 0;
};

struct LoadedData {
  std::shared_ptr<const Snapshot> snapshot;
  // Of every object of `DataNeeds::passing` that is in the data; as valid as the snapshot.
  RecordSources sources;
  std::vector<LoadCounts> counts;    // by object, in the schema's order
  std::vector<std::string> notices;  // circular managers, owners not found, NUL bytes, ...: one sentence each
  std::uint64_t bytes = 0;
};

// From any thread, one call at a time.
using LoadProgress = std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_all)>;

// What becomes of fields that are read of the record judged alone.
enum class Keeping : std::uint8_t {
  kNeeded,      // CSV: read again as the records are judged, never kept
  kEverything,  // kept in tables like all others; the answers are the same
};

// How often files are read whose records are judged as they pass.
enum class Readings : std::uint8_t {
  kTwo,  // a first one finds out which rows there are
  // Where nothing looks the records up, their files are read as they are judged, and only then: settle() must
  // be asked whether what was judged holds.
  kOneWherePossible,
};

inline constexpr unsigned kMaxLoadThreads = 256;

struct LoadOptions {
  const FieldMap* field_map = nullptr;
  unsigned threads = 1;  // 1 to kMaxLoadThreads; what is loaded is the same for any
  // Files from so many bytes on are read by two threads, where there are enough.
  std::uint64_t relayed_bytes = std::uint64_t{4} << 20;
  Keeping keeping = Keeping::kNeeded;
  Readings readings = Readings::kTwo;
  LoadProgress progress{};  // may be empty
  // Whether the reading is to end early: asked after each chunk of CSV and each JSON file, from any thread.
  // May be empty. The Error is then kCancelled.
  std::function<bool()> stopped{};
};

// `needs` as policies have them, nothing implied yet, settled for what the folder has files of.
DataNeeds needs_in(const DataFolder& folder, const Schema& schema, DataNeeds needs);

// Reads the needed columns of the needed objects; files of other objects are not opened. Rejects go to
// `rejects` as they are met. Besides the tables, memory is a chunk and a batch. The Error is the first thing
// that could not be read to its end, with its file and line.
Result<LoadedData> load(const DataFolder& folder, std::shared_ptr<const Schema> schema,
                        const DataNeeds& needs, RejectSink& rejects, const LoadOptions& options = {});

// After everything has been judged: adds what became known of records that were read once to the counts and
// the notices. False where their files are not tidy: then what was judged does not hold, and the data must be
// loaded and judged again, by two readings.
bool settle(LoadedData& data);

}  // namespace plumbline
