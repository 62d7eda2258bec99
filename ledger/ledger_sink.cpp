#include "ledger/ledger_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "ledger/audit/small_file.h"
#include "ledger/source_facts.h"
#include "ledger/source_ids.h"
#include "ledger/sync_writer.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnFolder = 0700;
constexpr unsigned kOwnFile = 0600;

class NoRejects : public RejectSink {
 public:
  void reject(const Reject& /*reject*/) override {}
};

// As the name of a file: salesforce:main is salesforce%3Amain.
std::string file_name_of(std::string_view name) {
  std::string written;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !written.empty());
    if (plain) {
      written += c;
    } else {
      written += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return written;
}

// For its owner alone, also where it was there before.
Status make_own_folder(const std::string& path) {
  if (::mkdir(path.c_str(), kOwnFolder) != 0 && errno != EEXIST) {
    return fail(
        {.code = ErrorCode::kUnavailable,
         .message = fmt::format("the folder cannot be made: {}; let this user write beside the ledger",
                                std::strerror(errno)),
         .where = SourceSpan{.file = path}});
  }
  struct stat facts{};
  const bool is_folder = ::stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
  if (is_folder && ::chmod(path.c_str(), kOwnFolder) == 0) return {};
  return fail(
      {.code = ErrorCode::kUnavailable,
       .message = "this must be a folder that only this user reads, and cannot be made one; move it away",
       .where = SourceSpan{.file = path}});
}

// What a delivery's files are, told apart.
struct OpenedFiles {
  DataFolder folder;
  std::vector<std::string> notices;
};

Status open_file(const DeliveredFile& delivered, const FieldMap* map, Schema& schema, OpenedFiles& opened) {
  std::error_code failure;
  if (fs::file_size(delivered.path, failure) == 0 && !failure) {
    opened.notices.push_back(fmt::format("{} is empty: nothing was taken from it", delivered.name));
    return {};
  }
  schema.add_object(delivered.object);
  auto folder =
      open_folder({.paths = {}, .objects = {{delivered.object, delivered.path}}, .field_map = map}, schema);
  if (!folder) {
    Error error = std::move(folder.error().errors.front());
    if (!error.where) error.where = SourceSpan{};
    error.where->file = delivered.name;
    return fail(std::move(error));
  }
  const FileFormat format =
      delivered.format == DeliveredFile::Format::kJson ? FileFormat::kJson : FileFormat::kCsv;
  for (DataFile& file : folder->files) {
    if (file.format != format) {
      return fail({.code = ErrorCode::kInternal,
                   .message = fmt::format("the source says that this is {}, and its name says otherwise",
                                          format == FileFormat::kJson ? "JSON" : "CSV"),
                   .where = SourceSpan{.file = delivered.name}});
    }
  }
  for (DataFile& file : folder->files) {
    // A page without records says nothing of fields either, nor how its records would be told apart.
    if (file.format == FileFormat::kJson && file.columns.empty()) continue;
    file.name = delivered.name;
    opened.folder.files.push_back(std::move(file));
  }
  for (const SkippedFile& skipped : folder->skipped) {
    if (skipped.name == delivered.path)
      opened.notices.push_back(fmt::format("{}: {}", delivered.name, skipped.reason));
  }
  return {};
}

const MappedField* mapped_from(const FieldMap* map, std::string_view object, std::string_view column) {
  const MappedObject* const mapped = map == nullptr ? nullptr : map->find(object);
  if (mapped == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      mapped->fields, [&](const MappedField& field) { return same_name(field.from, column); });
  return found == mapped->fields.end() ? nullptr : &*found;
}

Delivered delivered_by(const SyncSummary& summary, std::vector<std::string> notices) {
  Delivered all{.sync = summary.sync, .notices = std::move(notices)};
  for (const SyncedFile& file : summary.files) {
    all.rows += file.rows;
    all.added += file.added;
    all.changed += file.changed;
    all.unchanged += file.unchanged;
    all.deleted += file.deleted;
    all.stale += file.stale;
    all.rejected += file.rejected_rows;
  }
  all.notices.insert(all.notices.end(), summary.notices.begin(), summary.notices.end());
  return all;
}

bool is_complete(const Delivery& delivery) {
  return !delivery.files.empty() && std::ranges::all_of(delivery.files, &DeliveredFile::complete);
}

}  // namespace

LedgerSink::LedgerSink(Ledger& ledger, LedgerSinkOptions options)
    : ledger_(ledger), options_(std::move(options)) {}

fs::path LedgerSink::spool_path(std::string_view source) const {
  return fs::path(ledger_.path() + ".spool") / file_name_of(source);
}

Result<fs::path> LedgerSink::spool(std::string_view source) const {
  fs::path own = spool_path(source);
  for (const fs::path& folder : {own.parent_path(), own}) {
    if (Status made = make_own_folder(folder.string()); !made) return fail(made.error());
  }
  return own;
}

// What the standard schema and the field map say counts before what the CRM describes.
Schema LedgerSink::declared(const Delivery& delivery) const {
  Schema schema = Schema::standard();
  Diagnostics ignored;  // told when the map was read
  if (options_.field_map != nullptr) apply(*options_.field_map, schema, ignored);
  for (const DescribedField& field : delivery.fields) {
    const std::size_t object = schema.add_object(field.object);
    const std::optional<FieldType> type = parse_field_type(field.type);
    const bool is_settled = schema.object(object).find(field.field).has_value() ||
                            mapped_from(options_.field_map, field.object, field.field) != nullptr;
    if (!type || is_settled) continue;
    schema.add_field(
        object, {.name = field.field, .label = field.label, .type = *type, .references = field.references});
  }
  return schema;
}

Result<Delivered> LedgerSink::deliver(const Delivery& delivery) {
  const Schema declared_schema = declared(delivery);
  Schema schema = declared_schema;
  OpenedFiles opened;
  for (const DeliveredFile& file : delivery.files) {
    if (Status found = open_file(file, options_.field_map, schema, opened); !found)
      return fail(found.error());
  }
  // Fields are known in the ledger by the names the field map gives them.
  Delivery told = delivery;
  for (FieldVisibility& field : told.visibility) {
    if (const MappedField* const mapped = mapped_from(options_.field_map, field.object, field.field))
      field.field = mapped->field;
  }
  Result<LedgerTransaction> transaction = LedgerTransaction::begin_not_before_last(ledger_, delivery.seen_at);
  if (!transaction) return fail(transaction.error());
  const SourceWords words{.delivery = told};
  NoRejects nobody;
  const Result<SyncSummary> summary =
      write_sync(ledger_, *transaction,
                 {.source = delivery.source,
                  .written_at = options_.clock.now(),
                  .extent = is_complete(delivery) ? SyncInput::Extent::kComplete : SyncInput::Extent::kSome,
                  .folder = opened.folder,
                  .declared = declared_schema,
                  .schema = schema,
                  .field_map = options_.field_map,
                  .precedence = RowPrecedence::kYounger,
                  .words = &words},
                 options_.rejects == nullptr ? static_cast<RejectSink&>(nobody) : *options_.rejects);
  if (!summary) return fail(summary.error());
  const Result<std::string> checkpoint = transaction->commit();
  if (!checkpoint) return fail(checkpoint.error());
  tell(*checkpoint);
  // What cannot be removed is delivered again at worst, and is then as it was.
  for (const DeliveredFile& file : delivery.files) {
    std::error_code ignored;
    fs::remove(file.path, ignored);
  }
  return delivered_by(*summary, std::move(opened.notices));
}

void LedgerSink::tell(const std::string& checkpoint) const {
  if (options_.committed && !checkpoint.empty()) options_.committed(checkpoint);
}

Result<std::optional<std::string>> LedgerSink::state(std::string_view source, std::string_view key) {
  return source_state(ledger_, source, key);
}

Status LedgerSink::keep(std::string_view source, const SourceState& state) {
  if (Status begun = ledger_.database().begin(); !begun) return begun;
  Status kept = keep_source_state(ledger_, source, state, options_.clock.now());
  if (kept) kept = ledger_.database().commit();
  if (!kept) ledger_.database().rollback();
  return kept;
}

std::string LedgerSink::secret_path(std::string_view source, std::string_view key) const {
  return fmt::format("{}.secrets/{}/{}", ledger_.path(), file_name_of(source), file_name_of(key));
}

Result<std::optional<Secret>> LedgerSink::secret(std::string_view source, std::string_view key) const {
  Result<std::string> text = read_small_file(secret_path(source, key), kMostSecretBytes);
  if (text) return Secret(*std::move(text));
  if (text.error().code == ErrorCode::kNotFound) return std::nullopt;
  return fail(text.error());
}

Status LedgerSink::keep_secret(std::string_view source, std::string_view key, const Secret& secret) {
  const std::string root = ledger_.path() + ".secrets";
  for (const std::string& folder : {root, root + "/" + file_name_of(source)}) {
    if (Status made = make_own_folder(folder); !made) return made;
  }
  return write_durably(secret_path(source, key), as_bytes(secret.reveal()), FileStart::kReplace, kOwnFile);
}

Status LedgerSink::note(const SourceNote& note) {
  Result<LedgerTransaction> transaction =
      LedgerTransaction::begin_not_before_last(ledger_, options_.clock.now());
  if (!transaction) return fail(transaction.error());
  const Result<std::int64_t> logged = transaction->log({.kind = note.kind, .body = note.body});
  if (!logged) return fail(logged.error());
  const Result<std::string> checkpoint = transaction->commit();
  if (!checkpoint) return fail(checkpoint.error());
  tell(*checkpoint);
  return {};
}

Result<IdDigest> LedgerSink::digest(std::string_view object, Instant from, Instant to) {
  return digest_of_ids(ledger_, object, from, to);
}

Result<std::vector<std::string>> LedgerSink::ids(std::string_view object, Instant from, Instant to) {
  return ids_created(ledger_, object, from, to);
}

Result<std::uint64_t> LedgerSink::count(std::string_view object) { return count_records(ledger_, object); }

}  // namespace plumbline
