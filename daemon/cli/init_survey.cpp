// Describe documents are taken out first; then the folder is opened as an audit would open it, and what that
// leaves aside is looked at again, by its columns.
#include "daemon/cli/init_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "records/data_folder.h"
#include "records/describe.h"
#include "records/input_file.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

bool has_ending(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() && same_name(name.substr(name.size() - ending.size()), ending);
}

bool is_export(const std::string& name) {
  return has_ending(name, ".csv") || has_ending(name, ".tsv") || has_ending(name, ".txt") ||
         has_ending(name, ".json");
}

bool is_salesforce_object(std::string_view name) {
  return std::ranges::any_of(other_salesforce_objects(),
                             [&](std::string_view one) { return same_name(one, name); });
}

std::vector<DescribedObject> describes_in(const std::string& path) {
  if (!has_ending(path, ".json")) return {};
  Result<InputFile> file = InputFile::open(path, path);
  if (!file) return {};
  const Result<std::string_view> document = file->map();
  return document ? read_describe(*document) : std::vector<DescribedObject>{};
}

class Surveyor {
 public:
  Surveyor(const SurveyInput& input, const Schema& schema, Streams& streams)
      : input_(input), schema_(schema), streams_(streams) {}

  Step<Survey> run() {
    for (const std::string& path : input_.paths) gather(path);
    if (!paths_.empty()) {
      if (const auto stop = open()) return std::unexpected(*stop);
    }
    add_described();
    for (auto& [object, source] : sources_) {
      check_names(source);
      survey_.sources.push_back(std::move(source));
    }
    return std::move(survey_);
  }

 private:
  // Describe documents out, the rest into paths_.
  void gather(const std::string& path) {
    std::error_code code;
    if (!fs::is_directory(path, code)) {
      if (!take_described(path)) paths_.push_back(path);
      return;
    }
    paths_.push_back(path);
    std::vector<std::string> documents;
    fs::directory_iterator entries(path, code);
    for (; !code && entries != fs::directory_iterator(); entries.increment(code)) {
      const std::string name = entries->path().filename().string();
      std::error_code ignored;
      if (!name.starts_with('.') && has_ending(name, ".json") && entries->is_regular_file(ignored))
        documents.push_back((fs::path(path) / name).string());
    }
    std::ranges::sort(documents);
    if (documents.size() > kSurveyedFiles) documents.resize(kSurveyedFiles);
    for (const std::string& document : documents) take_described(document);
  }

  bool take_described(const std::string& path) {
    std::vector<DescribedObject> found = describes_in(path);
    for (DescribedObject& object : found) described_.emplace_back(path, std::move(object));
    return !found.empty();
  }

  std::optional<Stop> open() {
    Schema schema = schema_;  // gets the files' columns
    const FolderOptions options{.paths = paths_,
                                .objects = input_.objects,
                                .field_map = nullptr,
                                .unclear = FolderOptions::Unclear::kSkip};
    const std::expected<DataFolder, FolderFaults> folder = open_folder(options, schema);
    if (!folder) {
      for (const Error& error : folder.error().errors) complain(streams_, error);
      return Stop{kExitInput};
    }
    for (const DataFile& file : folder->files) {
      const auto object = schema_.find_object(file.object);
      if (!object || !may_look_into(file.name)) continue;
      Result<FileSample> sample = sample_file(file.path, file.name, file.outline);
      if (!sample) {
        complain(streams_, sample.error());
        return Stop{kExitInput};
      }
      add(*object, file.name, *std::move(sample));
    }
    for (const SkippedFile& file : folder->skipped) look_again(file);
    claim_unknown();
    return std::nullopt;
  }

  bool may_look_into(const std::string& name) {
    if (looked_into_++ < kSurveyedFiles) return true;
    survey_.unknown.push_back({name, fmt::format("more than {} files; name fewer at once", kSurveyedFiles)});
    return false;
  }

  ObjectSource& source_of(std::size_t object) {
    ObjectSource& source = sources_[object];
    source.object = object;
    return source;
  }

  void add(std::size_t object, const std::string& name, FileSample sample) {
    ObjectSource& source = source_of(object);
    FileSample all{.columns = std::move(source.columns), .rows = source.rows, .whole = source.whole};
    add_sample(all, std::move(sample));
    source.columns = std::move(all.columns);
    source.rows = all.rows;
    source.whole = all.whole;
    source.files.push_back(name);
    survey_.has_exports = true;
  }

  // What an audit without a field map would not read. Some of it becomes readable by one.
  void look_again(const SkippedFile& file) {
    const auto is_described = [&](const auto& entry) { return entry.first == file.name; };
    if (std::ranges::any_of(described_, is_described)) return;
    std::error_code code;
    const std::string told = object_of_file_name(file.name, schema_);
    const auto object = told.empty() ? std::nullopt : schema_.find_object(told);
    const bool other_object = !told.empty() && !object;
    if (!is_export(file.name) || other_object || !fs::is_regular_file(file.name, code) ||
        !may_look_into(file.name)) {
      survey_.unknown.push_back({file.name, file.reason});
      return;
    }
    Result<FileSample> sample = sample_file(file.name, file.name);
    if (!sample) {
      survey_.unknown.push_back({file.name, fmt::format("{} ({})", file.reason, sample.error().message)});
    } else if (object) {
      add(*object, file.name, *std::move(sample));  // without an Id, which a key may stand for
    } else {
      unclaimed_.emplace_back(file.name, *std::move(sample));
    }
  }

  // A file whose columns say what it holds is taken for that, where no other file is.
  void claim_unknown() {
    std::map<std::size_t, std::string> held;
    for (const auto& [object, source] : sources_) held.emplace(object, source.files.front());
    for (auto& [name, sample] : unclaimed_) {
      const std::optional<ObjectGuess> guess = guess_object(schema_, sample.columns);
      if (!guess) {
        survey_.unknown.push_back({name, "neither its name nor its columns tell what it holds"});
        continue;
      }
      const std::string& object = schema_.object(guess->object).name;
      std::vector<std::string> shown(
          guess->fields.begin(),
          guess->fields.begin() + static_cast<std::ptrdiff_t>(std::min(guess->fields.size(), kShownFields)));
      const std::string fields = fmt::format("{}", fmt::join(shown, ", "));
      const std::string file = bare_file_name(name);
      const auto holder = held.find(guess->object);
      if (guess->sure == Sureness::kGuess) {
        survey_.unknown.push_back({name, fmt::format("nearest is {}, for it seems to have {}; if it is that, "
                                                     "say --object {}={}",
                                                     object, fields, object, file)});
      } else if (holder != held.end()) {
        survey_.unknown.push_back(
            {name, fmt::format("looks like {}, which {} holds already; if both do, say --object {}={}",
                               object, bare_file_name(holder->second), object, file)});
      } else {
        held.emplace(guess->object, name);
        add(guess->object, name, std::move(sample));
        ObjectSource& source = source_of(guess->object);
        source.file = file;
        source.file_sure = guess->sure;
        source.file_why = fmt::format("it has {}", fields);
      }
    }
  }

  // Labels and types for the columns of exports; where there is no export, the fields themselves.
  void add_described() {
    for (auto& [path, described] : described_) {
      const auto object = schema_.find_object(described.name);
      if (!object) {
        const bool known = is_salesforce_object(described.name);
        survey_.unknown.push_back({path, fmt::format("describes {}, which {}", described.name,
                                                     known ? "no policy reads" : "is no object known here")});
        continue;
      }
      ObjectSource& source = source_of(*object);
      if (source.files.empty() || source.described) {
        source.described = true;
        source.files.push_back(path);
        FileSample all{.columns = std::move(source.columns)};
        add_sample(all, FileSample{.columns = std::move(described.columns)});
        source.columns = std::move(all.columns);
        continue;
      }
      for (SampledColumn& column : source.columns) explain(column, described.columns);
    }
  }

  static void explain(SampledColumn& column, const std::vector<SampledColumn>& fields) {
    const auto found = std::ranges::find_if(
        fields, [&](const SampledColumn& field) { return same_name(field.name, column.name); });
    if (found == fields.end()) return;
    column.label = found->label;
    column.told_type = found->told_type;
    column.told_objects = found->told_objects;
  }

  void check_names(ObjectSource& source) {
    const std::string& object = schema_.object(source.object).name;
    std::erase_if(source.columns, [&](const SampledColumn& column) {
      if (can_be_named(column.name)) return false;
      source.nameless.push_back(column.name);
      return true;
    });
    for (const std::string& name : source.nameless) {
      survey_.notes.push_back(
          fmt::format("{}: the header \"{}\" is not UTF-8 or ends in an invisible character, so a field map "
                      "cannot name it; save the file as CSV (UTF-8), or rename the column",
                      object, name));
    }
    if (source.columns.size() <= kSurveyedColumns) return;
    survey_.notes.push_back(fmt::format("{}: only the first {} of {} columns were looked at", object,
                                        kSurveyedColumns, source.columns.size()));
    source.columns.resize(kSurveyedColumns);
  }

  static constexpr std::size_t kShownFields = 6;

  const SurveyInput& input_;
  const Schema& schema_;
  Streams& streams_;
  Survey survey_;
  std::vector<std::string> paths_;
  std::vector<std::pair<std::string, DescribedObject>> described_;  // with the document's path
  std::map<std::size_t, ObjectSource> sources_;
  std::vector<std::pair<std::string, FileSample>> unclaimed_;
  std::size_t looked_into_ = 0;
};

}  // namespace

std::string bare_file_name(const std::string& path) { return fs::path(path).filename().string(); }

Step<Survey> survey_files(const SurveyInput& input, const Schema& schema, Streams& streams) {
  return Surveyor(input, schema, streams).run();
}

}  // namespace plumbline
