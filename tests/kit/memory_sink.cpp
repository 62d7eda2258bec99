#include "tests/kit/memory_sink.h"

#include <fmt/format.h>

#include <fstream>
#include <numeric>
#include <sstream>
#include <utility>

#include "base/crypto.h"
#include "records/csv.h"
#include "records/json.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

// A ledger puts the body into an object of its own.
Status check_note(const SourceNote& note) {
  if (!note.body.starts_with('{')) return {};
  return fail(ErrorCode::kInternal,
              fmt::format("the note {} has a body with braces; a body is members", note.kind));
}

}  // namespace

// Every column of every row.
struct MemorySink::Taker : RowSink {
  MemorySink& sink;
  const std::string& object;
  Delivered& delivered;
  std::vector<std::string> names{};

  Taker(MemorySink& to, const std::string& of, Delivered& counts) : sink(to), object(of), delivered(counts) {}

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> header) override {
    names.assign(header.begin(), header.end());
    std::vector<std::uint32_t> all(names.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }
  void on_rows(const RowBatch& batch) override {
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
      Row row;
      const std::span<const RawCell> cells = batch.row(i);
      for (std::size_t column = 0; column < names.size(); ++column) {
        const bool is_null = cells[column].state == CellState::kNull;
        row[names[column]] = is_null ? std::string{} : std::string(cells[column].text);
      }
      sink.put(object, std::move(row), delivered);
    }
  }
  void on_reject(const RowReject&) override { ++delivered.rejected; }
};

std::filesystem::path MemorySink::spool(const std::string&) {
  std::filesystem::create_directories(spool_);
  return spool_;
}

void MemorySink::put(const std::string& object, Row row, Delivered& delivered) {
  const std::string id(id_key(row["Id"]));
  Row& known = rows_[object][id];
  const std::optional<Instant> stamp = parse_instant(row["SystemModstamp"]);
  const std::optional<Instant> before = parse_instant(known["SystemModstamp"]);
  ++delivered.rows;
  if (stamp && before && *stamp < *before) {
    ++delivered.stale;
    return;
  }
  unseen_[object].erase(id);
  for (auto& [name, text] : row) known[name] = std::move(text);
}

Status MemorySink::take(const DeliveredFile& file, Delivered& delivered) {
  std::ifstream stream(file.path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kInvalidInput, fmt::format("cannot read {}", file.path));
  Taker taker(*this, file.object, delivered);
  if (file.format == DeliveredFile::Format::kJson) {
    const std::string document = text.str();
    Result<JsonStats> read = read_json(document, file.object, taker);
    if (!read) return fail(std::move(read.error()));
    return {};
  }
  CsvParser parser({.file = file.name, .delimiter = ','}, taker);
  if (Status fed = parser.feed(text.str()); !fed) return fed;
  return parser.finish();
}

Async<Result<Delivered>> MemorySink::deliver(Delivery delivery) {
  if (refuse) {
    if (std::optional<Error> error = refuse(delivery)) co_return fail(std::move(*error));
  }
  for (const SourceNote& note : delivery.notes) {
    if (Status good = check_note(note); !good) co_return fail(std::move(good.error()));
  }
  Delivered delivered{.sync = static_cast<std::int64_t>(++deliveries_)};
  events_.emplace_back("deliver");
  for (const DeliveredFile& file : delivery.files) {
    if (Status taken = take(file, delivered); !taken) co_return fail(std::move(taken.error()));
  }
  for (const DeliveredFile& file : delivery.files) std::filesystem::remove(file.path);
  for (const Delivery::Unseen& unseen : delivery.unseen) {
    for (const std::string& id : unseen.ids) unseen_[unseen.object].emplace(id_key(id));
  }
  for (SourceState& state : delivery.state) {
    if (state.value) {
      state_[state.key] = *state.value;
    } else {
      state_.erase(state.key);
    }
  }
  std::ranges::move(delivery.notes, std::back_inserter(notes_));
  std::ranges::move(delivery.visibility, std::back_inserter(visibility_));
  std::ranges::move(delivery.fields, std::back_inserter(fields_));
  co_return delivered;
}

Async<Result<std::optional<std::string>>> MemorySink::state(std::string, std::string key) {
  const auto found = state_.find(key);
  if (found == state_.end()) co_return std::optional<std::string>{};
  co_return std::optional(found->second);
}

Async<Status> MemorySink::keep(std::string, SourceState state) {
  events_.push_back(fmt::format("{} {}", state.value ? "keep" : "forget", state.key));
  if (state.value) {
    state_[state.key] = *state.value;
  } else {
    state_.erase(state.key);
  }
  co_return Status{};
}

Async<Result<std::optional<Secret>>> MemorySink::secret(std::string, std::string key) {
  const auto found = secrets_.find(key);
  if (found == secrets_.end()) co_return std::optional<Secret>{};
  co_return std::optional(found->second);
}

Async<Status> MemorySink::keep_secret(std::string, std::string key, Secret secret) {
  events_.push_back(fmt::format("keep secret {}", key));
  secrets_[key] = std::move(secret);
  co_return Status{};
}

Async<Status> MemorySink::note(SourceNote note) {
  if (Status good = check_note(note); !good) co_return good;
  notes_.push_back(std::move(note));
  co_return Status{};
}

bool MemorySink::is_deleted(const std::string& object, const std::string& id) {
  Row& row = rows_[object][std::string(id_key(id))];
  return row["IsDeleted"] == "true";
}

std::vector<std::string> MemorySink::standing(const std::string& object, Instant from, Instant to) {
  std::vector<std::string> ids;
  for (auto& [id, row] : rows_[object]) {
    const std::optional<Instant> created = parse_instant(row["CreatedDate"]);
    const bool counts = created && *created >= from && *created < to && row["IsDeleted"] != "true";
    if (counts && !unseen_[object].contains(id)) ids.push_back(id);
  }
  return ids;
}

Async<Result<IdDigest>> MemorySink::digest(std::string object, Instant from, Instant to) {
  IdDigest digest;
  for (const std::string& id : standing(object, from, to)) {
    const Sha256Digest bytes = sha256(id);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < sizeof sum; ++i) sum = sum << 8U | bytes[i];
    ++digest.count;
    digest.sum += sum;
  }
  co_return digest;
}

Async<Result<std::vector<std::string>>> MemorySink::ids(std::string object, Instant from, Instant to) {
  co_return standing(object, from, to);
}

Async<Result<std::uint64_t>> MemorySink::count(std::string object) {
  std::uint64_t count = 0;
  for (auto& [id, row] : rows_[object]) {
    if (row["IsDeleted"] != "true") ++count;
  }
  co_return count;
}

}  // namespace plumbline
