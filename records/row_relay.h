// Hands rows on to another sink on a thread of its own: while it takes them, the reader finds the next ones.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "records/rows.h"

namespace plumbline {

// Batches that may wait, each with a copy of its texts: some 250 KB for a thousand rows.
inline constexpr std::size_t kMostBatchesWaiting = 4;

// Everything arrives in the order it came, header first. The header is asked for at once, on the calling
// thread; while nothing waits (before the first rows, and after settle()) the other sink may be used
// directly. Where the system gives no thread, rows are handed on by the calling one. For one calling thread;
// the other sink must outlive it.
class RowRelay : public RowSink {
 public:
  explicit RowRelay(RowSink& to);
  // Hands on what waits, unless the other sink has thrown.
  ~RowRelay() override;
  RowRelay(const RowRelay&) = delete;
  RowRelay& operator=(const RowRelay&) = delete;

  Result<std::vector<std::uint32_t>> on_header(std::span<const std::string> names) override;
  void on_rows(const RowBatch& batch) override;
  void on_reject(const RowReject& reject) override;
  void on_cut(const RowCut& cut) override;

  // Waits until everything has been handed on. Throws what the other sink has thrown, as every call does.
  void settle();

 private:
  struct Parcel;  // a copy of what came
  using Parcels = std::deque<std::unique_ptr<Parcel>>;

  std::unique_ptr<Parcel> empty_parcel();
  void send(std::unique_ptr<Parcel> parcel);
  bool start();
  void hand_on();
  void wait_for(std::size_t most_waiting);

  RowSink& to_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Parcels waiting_;
  Parcels empty_;         // their memory is used again
  bool handing_ = false;  // one is on its way
  bool ended_ = false;
  std::exception_ptr thrown_;
  std::jthread thread_;
};

}  // namespace plumbline
