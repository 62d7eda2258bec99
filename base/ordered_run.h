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
#include <utility>
#include <vector>

namespace plumbline {

// Results that may wait for an earlier one to be handed on, for each thread.
inline constexpr std::size_t kMostResultsAhead = 3;

// Runs items 0 to n-1. `make_worker()` is called once a thread, on it, and gives what turns an item into a
// Result; `take` gets the results in order and answers whether it wants more. It is called by whichever
// thread has the next result at hand, never by two at a time, so that no thread is there for handing on
// alone. However this ends, all threads have ended when run() returns or throws; what a worker or `take`
// throws (memory may run out) run() throws. The calling thread is one of the threads, and does all of the
// work where the system gives no other.
template <class Result>
class OrderedRun {
 public:
  enum class Answer : unsigned char { kMore, kEnough };
  using Take = std::function<Answer(Result)>;

  OrderedRun(std::size_t items, const Take& take) : items_(items), take_(take) {}

  template <class MakeWorker>
  void run(std::size_t threads, const MakeWorker& make_worker) {
    if (items_ == 0) return;
    const std::size_t workers = std::clamp(threads, std::size_t{1}, items_);
    slots_.resize(workers * kMostResultsAhead);
    const auto work = [&] {
      try {
        auto worker = make_worker();
        while (const auto item = next()) done(*item, worker(*item));
      } catch (...) {
        give_up(std::current_exception());
      }
    };
    {
      std::vector<std::jthread> others;
      others.reserve(workers - 1);
      while (others.size() + 1 < workers && add_thread(others, work)) {
      }
      work();
    }
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
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

  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ >= items_ || next_ < taken_ + slots_.size(); });
    return next_ < items_ ? std::optional(next_++) : std::nullopt;
  }
  // Threads finish the item they are at and find no other; nothing more is handed on.
  void stop() {
    next_ = items_;
    stopped_ = true;
    changed_.notify_all();
  }
  void give_up(std::exception_ptr reason) {
    const std::lock_guard lock(mutex_);
    if (!thrown_) thrown_ = std::move(reason);
    stop();
  }
  // Hands on all results whose turn it is, unless another thread is at that: it will see this one.
  void done(std::size_t item, Result result) {
    std::unique_lock lock(mutex_);
    slots_[item % slots_.size()] = std::move(result);
    if (taking_) return;
    taking_ = true;
    for (auto* slot = &slots_[taken_ % slots_.size()]; slot->has_value() && !stopped_;
         slot = &slots_[taken_ % slots_.size()]) {
      Result next = *std::exchange(*slot, std::nullopt);
      lock.unlock();
      const Answer answer = take_(std::move(next));
      lock.lock();
      ++taken_;
      changed_.notify_all();
      if (answer == Answer::kEnough) stop();
    }
    taking_ = false;
  }

  std::size_t items_;
  const Take& take_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Result>> slots_;  // a ring: item i waits in slot i % size
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  bool taking_ = false;  // for good where `take` has thrown: then all stops
  bool stopped_ = false;
  std::exception_ptr thrown_;
};

}  // namespace plumbline
