// What the program ends with: a contract, scripts depend on it (docs/cli.md).
#pragma once

namespace plumbline {

inline constexpr int kExitDone = 0;
inline constexpr int kExitViolations = 1;  // audit --exit-code; policy test with an example that fails
inline constexpr int kExitUsage = 2;       // command line, packs, field maps, configuration
inline constexpr int kExitInput = 3;       // an input or a ledger cannot be read or written
inline constexpr int kExitRemote = 4;      // a source failed: refused, unreachable, at its limits
inline constexpr int kExitIntegrity = 5;   // bytes that should verify do not: a damaged ledger
inline constexpr int kExitSignal = 128;    // and the number of the signal that ended the command early

}  // namespace plumbline
