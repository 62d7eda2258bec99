#include "records/row_relay.h"

#include <cstring>
#include <functional>
#include <new>
#include <system_error>
#include <utility>
#include <variant>

namespace plumbline {
namespace {

bool is_within(std::string_view part, std::string_view whole) {
  const std::less_equal<> not_behind;
  return not_behind(whole.data(), part.data()) &&
         not_behind(part.data() + part.size(), whole.data() + whole.size());
}

// Texts one behind the other, in memory that is used again.
class TextPile {
 public:
  // Room for so many bytes in all; views of what was kept before are gone.
  void clear(std::size_t bytes) {
    if (bytes > size_) {
      memory_ = std::make_unique_for_overwrite<char[]>(bytes);
      size_ = bytes;
    }
    free_ = memory_.get();
  }
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    std::memcpy(free_, text.data(), text.size());
    return {std::exchange(free_, free_ + text.size()), text.size()};
  }

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  char* free_ = nullptr;
};

}  // namespace

struct RowRelay::Parcel {
  std::variant<RowBatch, RowReject, RowCut> content = RowCut{};
  TextPile texts;
  std::vector<RawCell> cells;
  std::vector<RowPlace> places;
  std::vector<std::string_view> raws;

  void take(const RowBatch& batch);
  void take(const RowReject& reject);
  void give(RowSink& sink) const;
};

// Most cells are part of their row as it stood, and copied with it.
void RowRelay::Parcel::take(const RowBatch& batch) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < batch.places.size(); ++i) {
    bytes += batch.raw(i).size();
    for (const RawCell& cell : batch.row(i))
      bytes += is_within(cell.text, batch.raw(i)) ? 0 : cell.text.size();
  }
  texts.clear(bytes);
  cells.clear();
  raws.clear();
  for (std::size_t i = 0; i < batch.places.size(); ++i) {
    const std::string_view raw = batch.raw(i);
    const std::string_view copy = texts.keep(raw);
    if (!batch.raws.empty()) raws.push_back(copy);
    for (RawCell cell : batch.row(i)) {
      cell.text = is_within(cell.text, raw)
                      ? copy.substr(static_cast<std::size_t>(cell.text.data() - raw.data()), cell.text.size())
                      : texts.keep(cell.text);
      cells.push_back(cell);
    }
  }
  places.assign(batch.places.begin(), batch.places.end());
  content = RowBatch{.columns = batch.columns, .cells = cells, .places = places, .raws = raws};
}

void RowRelay::Parcel::take(const RowReject& reject) {
  texts.clear(reject.reason.size() + reject.raw.size());
  RowReject kept = reject;
  kept.reason = texts.keep(reject.reason);
  kept.raw = texts.keep(reject.raw);
  content = kept;
}

void RowRelay::Parcel::give(RowSink& sink) const {
  if (const auto* batch = std::get_if<RowBatch>(&content)) return sink.on_rows(*batch);
  if (const auto* reject = std::get_if<RowReject>(&content)) return sink.on_reject(*reject);
  sink.on_cut(std::get<RowCut>(content));
}

RowRelay::RowRelay(RowSink& to) : to_(to) {}

RowRelay::~RowRelay() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

Result<std::vector<std::uint32_t>> RowRelay::on_header(std::span<const std::string> names) {
  return to_.on_header(names);
}

void RowRelay::on_rows(const RowBatch& batch) {
  if (!start()) return to_.on_rows(batch);
  std::unique_ptr<Parcel> parcel = empty_parcel();
  parcel->take(batch);
  send(std::move(parcel));
}

void RowRelay::on_reject(const RowReject& reject) {
  if (!thread_.joinable()) return to_.on_reject(reject);
  std::unique_ptr<Parcel> parcel = empty_parcel();
  parcel->take(reject);
  send(std::move(parcel));
}

void RowRelay::on_cut(const RowCut& cut) {
  if (!thread_.joinable()) return to_.on_cut(cut);
  std::unique_ptr<Parcel> parcel = empty_parcel();
  parcel->content = cut;
  send(std::move(parcel));
}

void RowRelay::settle() { wait_for(0); }

std::unique_ptr<RowRelay::Parcel> RowRelay::empty_parcel() {
  wait_for(kMostBatchesWaiting - 1);
  const std::lock_guard lock(mutex_);
  if (empty_.empty()) return std::make_unique<Parcel>();
  std::unique_ptr<Parcel> parcel = std::move(empty_.back());
  empty_.pop_back();
  return parcel;
}

void RowRelay::send(std::unique_ptr<Parcel> parcel) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(parcel));
  }
  changed_.notify_all();
}

// With the first rows: a file without any needs no thread.
bool RowRelay::start() {
  if (thread_.joinable()) return true;
  if (ended_) return false;
  try {
    thread_ = std::jthread([this] { hand_on(); });
    return true;
  } catch (const std::system_error&) {  // no room for its stack, or too many threads
  } catch (const std::bad_alloc&) {
  }
  ended_ = true;
  return false;
}

void RowRelay::hand_on() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty() || thrown_) return;
    std::unique_ptr<Parcel> parcel = std::move(waiting_.front());
    waiting_.pop_front();
    handing_ = true;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      parcel->give(to_);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    handing_ = false;
    thrown_ = thrown;
    if (!thrown_) empty_.push_back(std::move(parcel));
    changed_.notify_all();
    if (thrown_) return;
  }
}

void RowRelay::wait_for(std::size_t most_waiting) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return thrown_ || waiting_.size() + (handing_ ? std::size_t{1} : std::size_t{0}) <= most_waiting;
  });
  if (thrown_) std::rethrow_exception(thrown_);
}

}  // namespace plumbline
