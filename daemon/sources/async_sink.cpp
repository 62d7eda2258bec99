#include "daemon/sources/async_sink.h"

#include <utility>

#include "base/run_on.h"

namespace plumbline {

std::filesystem::path AsyncSink::spool(const std::string& source) {
  const Result<std::filesystem::path> made = sink_.spool(source);
  return made ? *made : sink_.spool_path(source);
}

Async<Result<Delivered>> AsyncSink::deliver(Delivery delivery) {
  // Fields that are hidden now, and records that cannot be found any more, change verdicts without a row.
  const bool is_told = !delivery.visibility.empty() || !delivery.unseen.empty();
  auto work = [this, delivery = std::move(delivery)] { return sink_.deliver(delivery); };
  Result<Delivered> delivered = co_await run_on(ledger_, std::move(work));
  if (delivered) news_ = news_ || is_told || delivered->added + delivered->changed + delivered->deleted > 0;
  co_return delivered;
}

Async<Result<std::optional<std::string>>> AsyncSink::state(std::string source, std::string key) {
  auto work = [this, source = std::move(source), key = std::move(key)] { return sink_.state(source, key); };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Status> AsyncSink::keep(std::string source, SourceState state) {
  auto work = [this, source = std::move(source), state = std::move(state)] {
    return sink_.keep(source, state);
  };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Result<std::optional<Secret>>> AsyncSink::secret(std::string source, std::string key) {
  auto work = [this, source = std::move(source), key = std::move(key)] { return sink_.secret(source, key); };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Status> AsyncSink::keep_secret(std::string source, std::string key, Secret secret) {
  auto work = [this, source = std::move(source), key = std::move(key), secret = std::move(secret)] {
    return sink_.keep_secret(source, key, secret);
  };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Status> AsyncSink::note(SourceNote note) {
  auto work = [this, note = std::move(note)] { return sink_.note(note); };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Result<IdDigest>> AsyncSink::digest(std::string object, Instant from, Instant to) {
  auto work = [this, object = std::move(object), from, to] { return sink_.digest(object, from, to); };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Result<std::vector<std::string>>> AsyncSink::ids(std::string object, Instant from, Instant to) {
  auto work = [this, object = std::move(object), from, to] { return sink_.ids(object, from, to); };
  co_return co_await run_on(ledger_, std::move(work));
}

Async<Result<std::uint64_t>> AsyncSink::count(std::string object) {
  auto work = [this, object = std::move(object)] { return sink_.count(object); };
  co_return co_await run_on(ledger_, std::move(work));
}

}  // namespace plumbline
