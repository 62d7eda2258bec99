#include "daemon/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/nearest_name.h"

namespace plumbline {
namespace {

constexpr std::string_view kEndOfOptions = "--";

std::string usage_of(const OptionSpec& option) {
  return option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
}

std::string needs_value(const OptionSpec& option) {
  return fmt::format("{} needs a value: {}", option.name, usage_of(option));
}

void declare(CLI::App& app, const OptionSpec& option) {
  const std::string name(option.name);
  if (option.value.empty()) {
    app.add_flag(name)->disable_flag_override()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    // Without this an option that may stand often would swallow the arguments behind its value.
    app.add_option(name)->expected(1)->allow_extra_args(false)->multi_option_policy(
        CLI::MultiOptionPolicy::TakeAll);
  }
}

std::string unknown_option(const CommandSpec& command, std::string_view word) {
  std::vector<std::string> known{"--help"};
  for (const OptionSpec& option : command.options) known.emplace_back(option.name);
  const std::string_view name = word.substr(0, word.find('='));
  return fmt::format("unknown option {}{}", name, did_you_mean(name, known));
}

// The library's own sentences name its types; ours name the option and what belongs behind it.
std::string own_words(const CommandSpec& command, const CLI::ParseError& error) {
  std::string message = error.what();
  const OptionSpec* meant = nullptr;
  for (const OptionSpec& option : command.options) {
    const bool named =
        message.starts_with(option.name) || message.starts_with(option.name.substr(kEndOfOptions.size()));
    if (named && (meant == nullptr || option.name.size() > meant->name.size())) meant = &option;
  }
  if (meant == nullptr) return message;
  if (meant->value.empty()) return fmt::format("{} takes no value; write it alone", meant->name);
  return needs_value(*meant);
}

// Whether a value is really the next option: then the value is missing.
bool is_option(const CommandSpec& command, std::string_view value) {
  return std::ranges::find(command.options, value, &OptionSpec::name) != command.options.end();
}

void take_values(const CommandSpec& command, const CLI::App& app, ParsedOptions& parsed) {
  for (const OptionSpec& option : command.options) {
    const CLI::Option& given = *app.get_option(std::string(option.name));
    if (given.count() == 0) continue;
    parsed.values[std::string(option.name)] =
        option.value.empty() ? std::vector<std::string>(given.count()) : given.results();
    for (const std::string& value : parsed.values[std::string(option.name)]) {
      if (is_option(command, value)) parsed.faults.push_back(needs_value(option));
    }
    if (option.times == OptionSpec::Times::kOnce && given.count() > 1 && !option.value.empty()) {
      parsed.faults.push_back(fmt::format("{} is given {} times; give it once", option.name, given.count()));
    }
  }
}

}  // namespace

std::optional<std::string> ParsedOptions::one(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> ParsedOptions::all(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

bool wants_help(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), kEndOfOptions);
  return std::any_of(words.begin(), end,
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

ParsedOptions parse_options(const CommandSpec& command, const std::vector<std::string>& words) {
  ParsedOptions parsed;
  parsed.words = words;
  const auto end = std::find(words.begin(), words.end(), kEndOfOptions);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const OptionSpec& option : command.options) declare(app, option);
  std::vector<std::string> reversed(std::make_reverse_iterator(end),
                                    std::make_reverse_iterator(words.begin()));
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    parsed.faults.push_back(own_words(command, error));
    return parsed;
  }
  take_values(command, app, parsed);
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') {
      parsed.faults.push_back(unknown_option(command, word));
    } else {
      parsed.arguments.push_back(word);
    }
  }
  if (end != words.end()) parsed.arguments.insert(parsed.arguments.end(), end + 1, words.end());
  return parsed;
}

}  // namespace plumbline
