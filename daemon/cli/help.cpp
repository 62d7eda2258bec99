#include "daemon/cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

constexpr std::size_t kHelpColumns = 80;
constexpr std::size_t kOptionColumn = 24;  // where an option's explanation begins
constexpr std::string_view kHelpName = "--help";
constexpr std::string_view kHelpText = "Show this page.";

void add_explained(std::string& out, std::string_view name, std::string_view text) {
  const std::string head = fmt::format("  {}", name);
  const bool fits = head.size() + 2 <= kOptionColumn;
  bool first = true;
  if (!fits) out += head + "\n";
  for (const std::string& line : wrap_words(text, kHelpColumns - kOptionColumn)) {
    out += fmt::format("{:<{}}{}\n", first && fits ? head : "", kOptionColumn, line);
    first = false;
  }
}

void add_options(std::string& out, std::span<const OptionSpec> options) {
  out += "\nOptions:\n";
  for (const OptionSpec& option : options) {
    const std::string name =
        option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
    add_explained(
        out, name,
        fmt::format("{}{}", option.help,
                    option.times == OptionSpec::Times::kMany ? " May be given more than once." : ""));
  }
  add_explained(out, kHelpName, kHelpText);
}

void add_indented(std::string& out, std::string_view title, std::string_view lines) {
  if (lines.empty()) return;
  out += fmt::format("\n{}:\n", title);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    out += fmt::format("  {}\n", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void add_paragraphs(std::string& out, std::string_view notes) {
  while (!notes.empty()) {
    const std::size_t end = std::min(notes.find('\n'), notes.size());
    out += "\n";
    for (const std::string& line : wrap_words(notes.substr(0, end), kHelpColumns)) out += line + "\n";
    notes.remove_prefix(std::min(end + 1, notes.size()));
  }
}

}  // namespace

std::string help_for(const CommandSpec& command) {
  const std::string_view gap = command.arguments.empty() ? "" : " ";
  std::string out = fmt::format("Usage: plumbline {}{}{} [options]\n\n{}\n", command.name, gap,
                                command.arguments, command.summary);
  add_options(out, command.options);
  add_paragraphs(out, command.notes);
  add_indented(out, "Examples", command.examples);
  return out;
}

std::string help_for_all(std::span<const CommandSpec> commands, std::string_view group) {
  std::string out;
  if (group.empty()) {
    out =
        "Plumbline judges Salesforce records against written policies. It only reads.\n\n"
        "Usage: plumbline COMMAND [options]\n\nCommands:\n";
  } else {
    out = fmt::format("Usage: plumbline {} COMMAND [options]\n\nCommands:\n", group);
  }
  std::string examples;
  for (const CommandSpec& command : commands) {
    if (!command.name.starts_with(group)) continue;
    add_explained(out, command.name, command.summary);
    examples += fmt::format("{}\n", command.examples.substr(0, command.examples.find('\n')));
  }
  out += "\nOptions:\n";
  add_explained(out, kHelpName,
                group.empty() ? "Show this page; behind a command, that command's." : kHelpText);
  if (group.empty()) add_explained(out, "--version", "Print the version.");
  add_indented(out, "Examples", examples);
  return out;
}

}  // namespace plumbline
