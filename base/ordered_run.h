// Items of work done on several threads, and their results handed on in order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace plumbline {

// Results that may wait for an earlier one to be handed on, for each thread.
inline constexpr std::size_t kMostResultsAhead = 3;

// Runs items 0 to n-1. `make_worker()` is called once a thread, on it, and gives what turns an item into a
// Result; `take` gets the results in order, on the calling thread, and answers whether it wants more. However
// this ends, all threads have ended when run() returns or throws; what a worker throws (memory may run out)
// run() throws. With one thread everything happens on the calling one. Where the system does not give as many
// threads as are asked for, those that it gives do the work.
template <class Result>
class OrderedRun {
 public:
  enum class Answer : unsigned char { kMore, kEnough };
  using Take = std::function<Answer(Result)>;

  OrderedRun(std::size_t items, const Take& take) : items_(items), take_(take) {}

  template <class MakeWorker>
  void run(std::size_t threads, const MakeWorker& make_worker) {
    const std::size_t workers = std::min(threads, items_);
    if (workers <= 1) return run_here(make_worker);
    slots_.resize(workers * kMostResultsAhead);
    std::vector<std::jthread> running;
    running.reserve(workers);
    // Goes before the threads do.
    const Stopper stopper{*this};
    const auto work = [&] {
      try {
        auto worker = make_worker();
        while (const auto item = next()) done(*item, worker(*item));
      } catch (...) {
        give_up(std::current_exception());
      }
    };
    while (running.size() < workers && add_thread(running, work)) {
    }
    if (running.empty()) return run_here(make_worker);
    for (std::size_t item = 0; item < items_; ++item) {
      if (take_(wait_for(item)) == Answer::kEnough) return;
    }
  }

 private:
  struct Stopper {
    OrderedRun& run;
    ~Stopper() { run.stop(); }
  };

  template <class Work>
  static bool add_thread(std::vector<std::jthread>& running, const Work& work) {
    try {
      running.emplace_back(work);
      return true;
    } catch (const std::system_error&) {  // no room for its stack, or too many threads
    } catch (const std::bad_alloc&) {
    }
    return false;
  }

  template <class MakeWorker>
  void run_here(const MakeWorker& make_worker) {
    if (items_ == 0) return;
    auto worker = make_worker();
    for (std::size_t item = 0; item < items_; ++item) {
      if (take_(worker(item)) == Answer::kEnough) return;
    }
  }

  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ >= items_ || next_ < taken_ + slots_.size(); });
    return next_ < items_ ? std::optional(next_++) : std::nullopt;
  }
  // Threads finish the item they are at and find no other.
  void stop() {
    const std::lock_guard lock(mutex_);
    next_ = items_;
    changed_.notify_all();
  }
  void give_up(std::exception_ptr reason) {
    const std::lock_guard lock(mutex_);
    next_ = items_;
    if (!thrown_) thrown_ = std::move(reason);
    changed_.notify_all();
  }
  void done(std::size_t item, Result result) {
    const std::lock_guard lock(mutex_);
    slots_[item % slots_.size()] = std::move(result);
    changed_.notify_all();
  }
  Result wait_for(std::size_t item) {
    std::unique_lock lock(mutex_);
    std::optional<Result>& slot = slots_[item % slots_.size()];
    changed_.wait(lock, [&] { return slot.has_value() || thrown_; });
    if (thrown_) std::rethrow_exception(thrown_);
    ++taken_;
    Result result = std::move(*slot);
    slot.reset();
    changed_.notify_all();
    return result;
  }

  std::size_t items_;
  const Take& take_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Result>> slots_;  // a ring: item i waits in slot i % size
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace plumbline
