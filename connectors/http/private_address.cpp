#include "connectors/http/private_address.h"

#include <algorithm>

namespace plumbline {
namespace {

struct Range4 {
  std::array<std::uint8_t, 4> first;
  unsigned bits;  // how many of them count
};

// The special-purpose registry of IPv4 (RFC 6890 and its successors), groups and what is reserved.
constexpr std::array kRanges4 = {
    Range4{{0, 0, 0, 0}, 8},     Range4{{10, 0, 0, 0}, 8},      Range4{{100, 64, 0, 0}, 10},
    Range4{{127, 0, 0, 0}, 8},   Range4{{169, 254, 0, 0}, 16},  Range4{{172, 16, 0, 0}, 12},
    Range4{{192, 0, 0, 0}, 24},  Range4{{192, 0, 2, 0}, 24},    Range4{{192, 168, 0, 0}, 16},
    Range4{{198, 18, 0, 0}, 15}, Range4{{198, 51, 100, 0}, 24}, Range4{{203, 0, 113, 0}, 24},
    Range4{{224, 0, 0, 0}, 4},   Range4{{240, 0, 0, 0}, 4},
};

constexpr unsigned kBitsOfByte = 8;

template <class Address, class First>
bool begins_with(const Address& address, const First& first, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (i % kBitsOfByte));
    if ((address[i / kBitsOfByte] & mask) != (first[i / kBitsOfByte] & mask)) return false;
  }
  return true;
}

struct Range6 {
  std::array<std::uint8_t, 6> first;
  unsigned bits;
};

// Addresses of all the world are 2000::/3; of these some are not.
constexpr Range6 kGlobal{{0x20}, 3};
constexpr std::array kNotGlobal = {
    Range6{{0x20, 0x01, 0x00}, 23},        // protocols' own, Teredo among them
    Range6{{0x20, 0x01, 0x0D, 0xB8}, 32},  // for documentation
    Range6{{0x3F, 0xFF}, 20},              // the same
};
constexpr Range6 kSixToFour{{0x20, 0x02}, 16};  // 2002:IPV4::
constexpr Range6 kTranslated{{0x00, 0x64, 0xFF, 0x9B, 0, 0}, 48};

std::span<const std::uint8_t, 4> part(std::span<const std::uint8_t, 16> address, std::size_t at) {
  return std::span<const std::uint8_t, 4>(address.subspan(at, 4));
}

}  // namespace

bool is_private_address(std::span<const std::uint8_t, 4> address) {
  return std::ranges::any_of(
      kRanges4, [&](const Range4& range) { return begins_with(address, range.first, range.bits); });
}

bool is_private_address(std::span<const std::uint8_t, 16> address) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr std::size_t kLastFour = 12;
  if (std::ranges::equal(address.first(kMapped.size()), kMapped))
    return is_private_address(part(address, kLastFour));
  if (begins_with(address, kTranslated.first, kTranslated.bits))
    return is_private_address(part(address, kLastFour));
  if (begins_with(address, kSixToFour.first, kSixToFour.bits)) return is_private_address(part(address, 2));
  if (!begins_with(address, kGlobal.first, kGlobal.bits)) return true;
  return std::ranges::any_of(
      kNotGlobal, [&](const Range6& range) { return begins_with(address, range.first, range.bits); });
}

}  // namespace plumbline
