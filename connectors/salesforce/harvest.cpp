#include "connectors/salesforce/harvest.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

template <class T>
void move_into(std::vector<T>& to, std::vector<T>& from) {
  std::ranges::move(from, std::back_inserter(to));
  from.clear();
}

}  // namespace

void add_to(Delivery& delivery, const std::string& object, Harvest& harvest) {
  move_into(delivery.files, harvest.rows.files);
  move_into(delivery.fields, harvest.fields);
  move_into(delivery.visibility, harvest.visibility);
  move_into(delivery.state, harvest.state);
  move_into(delivery.notes, harvest.notes);
  if (!harvest.unseen.empty())
    delivery.unseen.push_back({.object = object, .ids = std::move(harvest.unseen)});
}

std::string state_key(const std::string& object, std::string_view what) {
  return fmt::format("{}/{}", object, what);
}

SourceState instant_state(const std::string& object, std::string_view what, Instant instant) {
  return {.key = state_key(object, what), .value = format_instant(instant)};
}

Async<Result<std::optional<std::string>>> kept_text(SyncTools& tools, std::string object,
                                                    std::string_view what) {
  std::string source = tools.options.name;
  std::string key = state_key(object, what);
  co_return co_await tools.sink.state(std::move(source), std::move(key));
}

Async<Result<std::optional<Instant>>> kept_instant(SyncTools& tools, std::string object,
                                                   std::string_view what) {
  std::string key = object;
  Result<std::optional<std::string>> text = co_await kept_text(tools, std::move(key), what);
  if (!text) co_return fail(std::move(text.error()));
  if (!*text) co_return std::optional<Instant>{};
  co_return parse_instant(**text);
}

bool is_due(std::optional<Instant> last, std::chrono::seconds every, Instant now) {
  return !last || now - *last >= every;
}

}  // namespace plumbline
