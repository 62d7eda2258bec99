// Which addresses lead into private networks, so that nobody is sent there by somebody else's address. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace plumbline {

// Addresses in the order of the network. Private is all that is not everybody's: this machine, local and
// link-local networks, carriers' own ranges, groups, what is reserved; in IPv6 also what stands for such an
// IPv4 address.
bool is_private_address(std::span<const std::uint8_t, 4> address);
bool is_private_address(std::span<const std::uint8_t, 16> address);

}  // namespace plumbline
