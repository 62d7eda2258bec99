#include "daemon/cli/check_ledger.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "daemon/cli/ledger_options.h"
#include "daemon/cli/status_facts.h"
#include "daemon/cli/wrap.h"
#include "ledger/overview.h"
#include "policies/data_gaps.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNamedPolicies = 3;

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

bool is_there(const std::string& path) {
  std::error_code code;
  return fs::exists(path, code);
}

bool may_be_written(const std::string& path) { return ::access(path.c_str(), W_OK) == 0; }

// Empty where a file of that name can be written, or made.
std::string why_not_written(const std::string& path) {
  const std::string folder = folder_of(path);
  std::error_code code;
  if (!fs::is_directory(folder, code))
    return fmt::format("there is no folder {}; make it, or name another", folder);
  if (fs::is_directory(path, code)) return fmt::format("{} is a folder; name a file", path);
  if (is_there(path) && !may_be_written(path))
    return fmt::format("{} may not be written; check who owns it", path);
  if (!is_there(path) && !may_be_written(folder))
    return fmt::format("nothing can be made in {}; check who owns it", folder);
  return {};
}

class LedgerCheck {
 public:
  LedgerCheck(const LoadedConfiguration& loaded, Diagnostics& diagnostics)
      : settings_(ledger_settings(loaded)), written_(loaded.configuration), diagnostics_(diagnostics) {}

  void check_anchors() {
    for (const PlacedText& anchor : written_.audit.anchors) {
      if (anchor.text == kJournalAnchor) continue;
      const std::string why = why_not_written(path_from(written_, anchor.text));
      if (!why.empty()) diagnostics_.error("CF017", anchor.where, fmt::format("the anchor: {}", why));
    }
  }

  // Empty where there is no ledger, or none that can be opened.
  std::optional<Ledger> open() {
    if (settings_.file.empty()) return std::nullopt;
    if (const std::string why = why_not_written(settings_.file); !why.empty()) {
      diagnostics_.error("CF014", where(), fmt::format("the ledger: {}", why));
      return std::nullopt;
    }
    if (!is_there(settings_.file)) return std::nullopt;
    // SQLite keeps two files beside it.
    if (const std::string folder = folder_of(settings_.file); !may_be_written(folder)) {
      diagnostics_.error(
          "CF014", where(),
          fmt::format("the ledger: nothing can be made in {}, beside it; check who owns it", folder));
      return std::nullopt;
    }
    Result<Ledger> ledger = Ledger::open(
        settings_.file, {.access = DatabaseAccess::kRead, .organisation = settings_.organisation});
    if (!ledger) return unusable(ledger.error());
    return *std::move(ledger);
  }

  void check_key(const LedgerOverview& overview) {
    const KeyFile key = look_at_key(settings_.file);
    if (key.state == KeyFile::State::kReadByOthers) {
      diagnostics_.error(
          "CF016", where(),
          fmt::format("{} may be read by others, who could then sign a log of their own; chmod "
                      "600 it",
                      key.path));
    } else if (key.state == KeyFile::State::kMissing && overview.newest_checkpoint) {
      diagnostics_.error(
          "CF016", where(),
          fmt::format("{} is missing: without the key nothing more can be logged; bring it back "
                      "from the backup",
                      key.path));
    }
  }

  std::optional<Ledger> unusable(const Error& error) {
    diagnostics_.error("CF015", where(), fmt::format("{}: {}", settings_.file, error.message));
    return std::nullopt;
  }

  const SourceSpan& where() const { return written_.ledger.file->where; }
  bool is_yet_to_be_made() const { return !settings_.file.empty() && !is_there(settings_.file); }

 private:
  LedgerSettings settings_;
  const Configuration& written_;
  Diagnostics& diagnostics_;
};

DataPresence presence_in(const std::vector<DeliveredField>& fields, const std::vector<DerivedField>& derived,
                         const Schema& schema) {
  DataPresence present;
  for (const DeliveredField& one : fields) {
    const auto object = schema.find_object(one.object);
    if (!object) continue;
    present.objects.insert(*object);
    if (const auto field = schema.object(*object).find(one.field)) {
      present.fields.emplace(*object, *field);
      present.tracked.emplace(*object, *field);  // by what each sync sees
    }
  }
  // What was found before stands in the ledger itself.
  if (const auto object = schema.find_object(kViolationObject)) {
    present.objects.insert(*object);
    for (std::size_t field = 0; field < schema.object(*object).fields.size(); ++field)
      present.fields.emplace(*object, field);
  }
  for (const DerivedField& one : derived) present.fields.emplace(one.object, one.field);
  return present;
}

std::string gap_words(const DataGap& gap, const Schema& schema) {
  const ObjectSchema& object = schema.object(gap.what.object);
  std::string names;
  for (std::size_t i = 0; i < std::min(gap.policies.size(), kNamedPolicies); ++i)
    names += fmt::format("{}{}", i == 0 ? "" : ", ", gap.policies[i]->id);
  if (gap.policies.size() > kNamedPolicies)
    names += fmt::format(" and {} more", gap.policies.size() - kNamedPolicies);
  return fmt::format("no sync has delivered {}{}, which {} cannot do without: {}", object.name,
                     gap.what.kind == Requirement::Kind::kObject ? std::string(" at all")
                                                                 : "." + object.fields[gap.what.field].name,
                     counted(gap.policies.size(), "policy", "policies"), names);
}

}  // namespace

std::string check_ledger(const LoadedConfiguration& loaded, const std::vector<BoundPack>& packs,
                         const std::vector<DerivedField>& derived, const Schema& schema,
                         Diagnostics& diagnostics) {
  LedgerCheck check(loaded, diagnostics);
  check.check_anchors();
  const std::optional<Ledger> ledger = check.open();
  if (!ledger) return check.is_yet_to_be_made() ? "a ledger yet to be made" : "";
  const Result<LedgerOverview> overview = read_overview(*ledger, Instant{});
  const Result<std::vector<DeliveredField>> fields = delivered_fields(*ledger);
  if (!overview || !fields) {
    check.unusable(overview ? fields.error() : overview.error());
    return {};
  }
  check.check_key(*overview);
  if (overview->syncs > 0) {
    std::vector<const BoundPack*> bound;
    for (const BoundPack& pack : packs) bound.push_back(&pack);
    for (const DataGap& gap : find_data_gaps(bound, presence_in(*fields, derived, schema), schema).gaps)
      diagnostics.warning("CF018", check.where(), gap_words(gap, schema));
  }
  return fmt::format("a ledger of {}", counted(overview->syncs, "sync", "syncs"));
}

}  // namespace plumbline
