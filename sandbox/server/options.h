// The command line of plumbline-sandbox.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "sandbox/control/sandbox.h"

namespace plumbline::sandbox {

struct ProgramOptions {
  std::uint16_t port = 0;
  std::optional<std::filesystem::path> tls;   // where the certificate goes, or lies already
  std::optional<std::filesystem::path> keys;  // where keys go; nothing: a folder of its own in the system's
  bool help = false;
  SandboxOptions sandbox;
};

std::string_view usage();
// kInvalidInput with a remedy for words that are not understood.
Result<ProgramOptions> parse_options(std::span<const std::string_view> words);

}  // namespace plumbline::sandbox
