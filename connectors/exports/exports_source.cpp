#include "connectors/exports/exports_source.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/json.h"
#include "base/run_on.h"
#include "connectors/exports/column_drift.h"
#include "connectors/exports/export_judgement.h"
#include "connectors/exports/export_memory.h"
#include "connectors/exports/export_reply.h"
#include "connectors/exports/file_body.h"
#include "connectors/exports/folder_watch.h"
#include "connectors/exports/intake.h"
#include "connectors/http/redact.h"
#include "records/schema.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

// What is looked at, unpacked and hashed in one go on the thread that serves the network as well: a packed
// piece may come to many times this.
constexpr std::size_t kWorkBytes = std::size_t{16} << 10;

// Conditions hold for one address; of one that is signed anew each day only the beginning stays.
std::string address_digest(const ExportFile& file) {
  const std::string_view url = file.url.empty() ? file.secret_url.reveal() : std::string_view(file.url);
  return sha256_hex(url.substr(0, url.find('?')));
}

Async<void> let_others_run() {
  auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

Error about(std::string_view shown, Error error) {
  error.message = fmt::format("{}: {}", shown, error.message);
  return error;
}

// All of the body into the intake; what came is added to `bytes`. The client's errors name what was asked,
// the intake's do not.
Async<Status> pour(HttpBody& body, Intake& intake, std::uint64_t& bytes, std::string_view shown) {
  while (true) {
    const Result<std::string> piece = co_await body.next();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return Status{};
    bytes += piece->size();
    std::string_view rest = *piece;
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, kWorkBytes);
      rest.remove_prefix(part.size());
      if (Status pushed = intake.push(part); !pushed) co_return fail(about(shown, std::move(pushed.error())));
      if (!rest.empty()) co_await let_others_run();
    }
  }
}

SourceNote note_of(std::string_view kind, const ExportFile& file, const TakenIn& came, std::string_view why) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("export").string(file.name).key("object").string(file.object);
  json.key("sha256").string(came.sha256).key("bytes").integer(came.bytes);
  json.key("rows").integer(came.facts.rows).key("why").string(why).end_object();
  // Without the braces: a body is members.
  return {.kind = std::string(kind), .body = body.substr(1, body.size() - 2)};
}

}  // namespace

struct ExportsSource::Sync {
  SyncSink& sink;
  Instant now{};
  fs::path spool{};
  SourceReport report{};
};

struct ExportsSource::Item {
  const ExportFile& file;
  std::unique_ptr<HttpBody> body;
  std::string standing{};  // as judge_export has it
  std::string shown{};     // address or file, for messages
  ExportMemory before{};   // as it is kept
  ExportMemory after{};    // as it is to be kept once this is done with
  std::optional<TakenIn> came{};
  bool held = false;  // back, see judge_export
};

ExportsSource::ExportsSource(ExportsOptions options, HttpClient& client, Executor files)
    : options_(std::move(options)), client_(client), files_(std::move(files)) {}

Async<Result<std::vector<std::string>>> ExportsSource::columns_elsewhere(Sync& sync, const ExportFile& file) {
  std::vector<std::string> columns;
  for (const ExportFile& other : options_.files) {
    if (&other == &file || !same_name(other.object, file.object)) continue;
    std::string source = options_.name;
    std::string export_name = other.name;
    const Result<ExportMemory> memory =
        co_await read_memory(sync.sink, std::move(source), std::move(export_name));
    if (!memory) co_return fail(memory.error());
    const std::vector<std::string> hidden = columns_from_text(memory->hidden);
    for (std::string& name : columns_from_text(memory->columns)) {
      if (!has_column(hidden, name)) columns.push_back(std::move(name));
    }
  }
  co_return columns;
}

// What the file's columns say, into the delivery, what is remembered, and the report.
Async<Status> ExportsSource::tell_columns(Sync& sync, Item& item, Delivery& delivery) {
  const ExportFile& file = item.file;
  // A file of JSON without a record has no columns to be missed.
  if (item.came->format == DeliveredFile::Format::kJson && item.came->facts.rows == 0) co_return Status{};
  const KnownColumns known{.known = columns_from_text(item.before.columns),
                           .hidden = columns_from_text(item.before.hidden)};
  const ColumnDrift drift = compare_columns(known, item.came->facts.columns);
  item.after.columns = columns_to_text(drift.after.known);
  item.after.hidden = columns_to_text(drift.after.hidden);
  const Result<std::vector<std::string>> elsewhere = co_await columns_elsewhere(sync, file);
  if (!elsewhere) co_return fail(elsewhere.error());
  delivery.visibility = visibility_of(drift, file.object, file.name, format_instant(sync.now), *elsewhere);
  for (const FieldVisibility& field : delivery.visibility) {
    if (field.visible) continue;
    sync.report.alarms.push_back(
        fmt::format("export {}: the column {} is gone; {}.{} is unknown until it returns, and policies that "
                    "need it judge nobody",
                    file.name, field.field, file.object, field.field));
  }
  if (!drift.added.empty())
    sync.report.delivered.notices.push_back(
        fmt::format("export {}: new columns are taken: {}", file.name, fmt::join(drift.added, ", ")));
  co_return Status{};
}

Async<Status> ExportsSource::deliver(Sync& sync, Item& item) {
  const ExportFile& file = item.file;
  const TakenIn& came = *item.came;
  Delivery delivery{.source = options_.name, .seen_at = sync.now};
  delivery.files.push_back({.path = came.path.string(),
                            .name = fmt::format("exports/{}{}", file.name, came.path.extension().string()),
                            .object = file.object,
                            .format = came.format,
                            .complete = file.complete});
  Status told = co_await tell_columns(sync, item, delivery);
  if (!told) co_return told;
  delivery.state = memory_changes(item.before, item.after, file.name);
  Result<Delivered> delivered = co_await sync.sink.deliver(std::move(delivery));
  if (!delivered) co_return fail(std::move(delivered.error()));
  sync.report.delivered.add(std::move(*delivered));
  co_return Status{};
}

// What becomes of a file that came whole. `item.after` is what is kept of the address or folder by then.
Async<Status> ExportsSource::settle(Sync& sync, Item& item) {
  ExportJudgement judgement = judge_export(item.file, item.before, *item.came, item.standing, sync.now);
  ExportMemory after = std::move(judgement.memory);
  item.held = judgement.fate == ExportFate::kHeld;
  after.address = item.after.address;
  // What is held goes on standing there to be looked at.
  after.looks = item.held ? item.before.looks : item.after.looks;
  // The conditions of a file that is held would keep it from coming a second time.
  after.etag = item.held ? item.before.etag : item.after.etag;
  after.modified = item.held ? item.before.modified : item.after.modified;
  item.after = std::move(after);
  if (judgement.fate == ExportFate::kTaken) {
    if (!judgement.why.empty()) {
      SourceNote note = note_of("export.taken_late", item.file, *item.came, judgement.why);
      Status noted = co_await sync.sink.note(std::move(note));
      if (!noted) co_return noted;
      sync.report.delivered.notices.push_back(fmt::format("export {}: {}", item.file.name, judgement.why));
    }
    co_return co_await deliver(sync, item);
  }
  if (item.held)
    sync.report.alarms.push_back(fmt::format("export {}: {}: {}", item.file.name, item.shown, judgement.why));
  if (judgement.newly_held) {
    SourceNote note = note_of("export.held", item.file, *item.came, judgement.why);
    Status noted = co_await sync.sink.note(std::move(note));
    if (!noted) co_return noted;
  }
  std::error_code ignored;
  fs::remove(item.came->path, ignored);
  std::string source = options_.name;
  std::vector<SourceState> changes = memory_changes(item.before, item.after, item.file.name);
  co_return co_await keep_memory(sync.sink, std::move(source), std::move(changes));
}

Async<ExportsSource::Outcome> ExportsSource::take_body(Sync& sync, Item& item) {
  Result<Intake> intake = Intake::open(sync.spool / item.file.name, item.file.format, options_.most_bytes);
  if (!intake) co_return fail(std::move(intake.error()));
  Status poured = co_await pour(*item.body, *intake, sync.report.bytes, item.shown);
  if (!poured) co_return std::move(poured.error());
  Result<TakenIn> came = intake->finish();
  if (!came) co_return about(item.shown, std::move(came.error()));
  item.came = std::move(*came);
  Status settled = co_await settle(sync, item);
  if (!settled) co_return fail(std::move(settled.error()));
  co_return std::nullopt;
}

Async<ExportsSource::Outcome> ExportsSource::take_address(Sync& sync, const ExportFile& file) {
  std::string source = options_.name;
  std::string export_name = file.name;
  Result<ExportMemory> memory = co_await read_memory(sync.sink, std::move(source), std::move(export_name));
  if (!memory) co_return fail(std::move(memory.error()));
  const std::string address = address_digest(file);
  const bool is_known = memory->address == address;
  const HttpRequest request = request_for(file, options_, is_known ? memory->etag : std::string{},
                                          is_known ? memory->modified : std::string{});
  HttpRequest sent = request;
  ++sync.report.calls;
  Result<HttpReply> reply = co_await client_.open(std::move(sent));
  if (!reply) co_return std::move(reply.error());
  constexpr int kOk = 200;
  if (reply->head.status != kOk) {
    const ErrorBody body = co_await read_error_body(*reply);
    co_return refusal_of(file, request, reply->head, body);
  }
  Item item{.file = file,
            .body = std::move(reply->body),
            .shown = target_of(request),
            .before = *memory,
            .after = std::move(*memory)};
  item.after.address = address;
  item.after.etag = reply->head.header("ETag").value_or(std::string_view{});
  item.after.modified = reply->head.header("Last-Modified").value_or(std::string_view{});
  co_return co_await take_body(sync, item);
}

// One file that stands in a folder, or is named itself. It is remembered as taken with its delivery.
Async<ExportsSource::Outcome> ExportsSource::take_standing(Sync& sync, const ExportFile& file,
                                                           FolderPlan& plan, std::size_t index) {
  SeenFile& seen = plan.files[index];
  const std::string path =
      plan.kind == PlaceKind::kFolder ? (fs::path(file.path) / seen.name).string() : file.path;
  std::string path_to_open = path;
  SeenFile seen_to_open = seen;
  Result<std::unique_ptr<HttpBody>> body =
      co_await open_file_body(files_, std::move(path_to_open), std::move(seen_to_open));
  if (!body) co_return std::move(body.error());
  std::string source = options_.name;
  std::string export_name = file.name;
  Result<ExportMemory> memory = co_await read_memory(sync.sink, std::move(source), std::move(export_name));
  if (!memory) co_return fail(std::move(memory.error()));
  Item item{.file = file,
            .body = std::move(*body),
            .standing = fmt::format("{}:{}", seen.inode, seen.modified_ns),
            .shown = path,
            .before = *memory,
            .after = std::move(*memory)};
  seen.taken = true;
  item.after.looks = looks_to_text(plan.files);
  Outcome outcome = co_await take_body(sync, item);
  seen.taken = outcome && !*outcome && !item.held;
  co_return outcome;
}

Async<Result<FolderPlan>> ExportsSource::look(Sync& sync, const ExportFile& file,
                                              std::vector<SeenFile> seen) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(file.path, ignored);
  std::string source = options_.name;
  std::string export_name = file.name;
  const Result<ExportMemory> memory =
      co_await read_memory(sync.sink, std::move(source), std::move(export_name));
  if (!memory) co_return fail(memory.error());
  FolderPlan plan = plan_folder(looks_from_text(memory->looks), std::move(seen),
                                is_folder ? PlaceKind::kFolder : PlaceKind::kFile);
  for (const std::string& name : plan.passed_over)
    sync.report.delivered.notices.push_back(
        fmt::format("export {}: {} is passed over: it is no .csv or .json by its name", file.name, name));
  ExportMemory looked = *memory;
  looked.looks = looks_to_text(plan.files);
  std::string own_source = options_.name;
  std::vector<SourceState> changes = memory_changes(*memory, looked, file.name);
  Status kept = co_await keep_memory(sync.sink, std::move(own_source), std::move(changes));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return plan;
}

// Each file in turn, oldest first; one that fails does not keep the others from being taken.
Async<ExportsSource::Outcome> ExportsSource::take_place(Sync& sync, const ExportFile& file) {
  auto look_there = [path = file.path] { return look_at(path); };
  Result<std::vector<SeenFile>> seen = co_await run_on(files_, std::move(look_there));
  if (!seen) co_return std::move(seen.error());
  std::vector<SeenFile> files = std::move(*seen);
  Result<FolderPlan> plan = co_await look(sync, file, std::move(files));
  if (!plan) co_return fail(std::move(plan.error()));
  std::optional<Error> first;
  for (const std::size_t index : plan->ready) {
    Outcome outcome = co_await take_standing(sync, file, *plan, index);
    if (!outcome) co_return outcome;
    if (*outcome && !first) first = std::move(**outcome);
  }
  co_return first;
}

// Nothing is gone on with after a crash: each file is asked for as a whole.
void ExportsSource::clear(const fs::path& spool) {
  std::error_code ignored;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(spool, ignored)) left.push_back(entry.path());
  for (const fs::path& path : left) fs::remove(path, ignored);
}

Async<Result<SourceReport>> ExportsSource::sync(SyncSink& sink, Instant now) {
  Sync sync{.sink = sink, .now = now, .spool = sink.spool(options_.name)};
  clear(sync.spool);
  std::optional<Error> first;
  std::size_t failed = 0;
  for (const ExportFile& file : options_.files) {
    Outcome outcome;
    if (file.path.empty()) {
      outcome = co_await take_address(sync, file);
    } else {
      outcome = co_await take_place(sync, file);
    }
    if (!outcome) co_return fail(std::move(outcome.error()));
    if (!*outcome) continue;
    ++failed;
    Error& error = **outcome;
    if (error.code == ErrorCode::kCancelled) co_return fail(std::move(error));
    sync.report.alarms.push_back(fmt::format("export {} was not brought: {}", file.name, error.message));
    if (!first) first = std::move(error);
  }
  if (failed == options_.files.size() && first) co_return fail(std::move(*first));
  co_return std::move(sync.report);
}

}  // namespace plumbline
