#include "daemon/cli/text_store.h"

#include <algorithm>
#include <cstring>

#include "base/copy_text.h"

namespace plumbline {
namespace {

using Length = std::uint32_t;
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

}  // namespace

std::uint32_t TextStore::number_of(std::string_view text) {
  const auto next = static_cast<std::uint32_t>(texts_.size());
  const auto key_of = [&](RowIndex number) { return this->text(number); };
  const std::uint32_t number = numbers_.find_or_insert(text, next, key_of);
  if (number != next) return number;
  char* const place = room_for(sizeof(Length) + text.size());
  const auto length = static_cast<Length>(text.size());
  std::memcpy(place, &length, sizeof(Length));
  copy_text(place + sizeof(Length), text);
  texts_.push_back(place);
  return number;
}

std::string_view TextStore::text(std::uint32_t number) const {
  Length length = 0;
  std::memcpy(&length, texts_[number], sizeof(Length));
  return {texts_[number] + sizeof(Length), length};
}

char* TextStore::room_for(std::size_t bytes) {
  if (bytes > free_bytes_) {
    free_bytes_ = std::max(bytes, kBlockBytes);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(free_bytes_));
    free_ = blocks_.back().get();
  }
  char* const place = free_;
  free_ += bytes;
  free_bytes_ -= bytes;
  return place;
}

}  // namespace plumbline
