// What each service is sent for each message of tests/chat/messages, held against the files in
// tests/chat/golden.
//
//   chat_golden FOLDER           compares; 1 where something is different, which is told
//   chat_golden FOLDER --bless   writes what comes now
//   chat_golden FOLDER --ugly N OUT   writes payloads of N ugly messages to OUT, for validators that are not
//   ours
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "connectors/chat/chat_services.h"
#include "tests/chat/message_json.h"
#include "tests/connectors/chat/messages.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr int kDifferent = 1;
constexpr int kUsageFault = 2;
constexpr Instant kNow{std::chrono::seconds{1'772'442'000}};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// JSON for people: a line for each value, indented.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_text = false;
  const auto new_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text || c == '"') {
      if (c == '"') in_text = !in_text;
      out += c;
      if (in_text && c == '\\') out += json[++i];
      continue;
    }
    const bool opens = c == '{' || c == '[';
    const bool is_empty = opens && i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
    if (is_empty) {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '}' || c == ']') {
      --depth;
      new_line();
    }
    out += c;
    if (opens) ++depth;
    if (opens || c == ',') new_line();
    if (c == ':') out += ' ';
  }
  return out + "\n";
}

// All parts, as a list.
std::string payloads_of(const ChatServiceRow& row, const Message& message) {
  std::string list;
  for (const Payload& payload : row.render(message, kNow)) list += (list.empty() ? "" : ",") + payload.json;
  return indented(fmt::format("[{}]", list));
}

// How many files are different.
int hold_against(const fs::path& folder, const fs::path& input, bool bless) {
  const auto json = sandbox::parse_json(content_of(input));
  if (!json) {
    std::cerr << input.string() << ": " << json.error().message << '\n';
    return 1;
  }
  int different = 0;
  const Message message = MessageReader::read(*json);
  for (const ChatServiceRow& row : chat_services()) {
    const fs::path path = folder / "golden" / fmt::format("{}.{}.json", input.stem().string(), row.name);
    const std::string now = payloads_of(row, message);
    if (now == content_of(path)) continue;
    if (bless) {
      std::ofstream(path, std::ios::binary) << now;
    } else {
      std::cerr << path.string() << " is different; look at what comes with --bless\n" << now;
      ++different;
    }
  }
  return different;
}

int write_ugly(int count, const fs::path& out) {
  fs::create_directories(out);
  UglyMessages messages(4711);
  for (int i = 0; i < count; ++i) {
    const Message message = messages.next();
    for (const ChatServiceRow& row : chat_services())
      std::ofstream(out / fmt::format("ugly{}.{}.json", i, row.name), std::ios::binary)
          << payloads_of(row, message);
  }
  return 0;
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[1] == "--ugly") return write_ugly(std::stoi(words[2]), words[3]);
  const bool bless = words.size() == 2 && words[1] == "--bless";
  if (words.size() != 1 && !bless) {
    std::cerr << "usage: chat_golden FOLDER [--bless | --ugly N OUT]\n";
    return kUsageFault;
  }
  std::set<fs::path> inputs;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(words[0]) / "messages"))
    inputs.insert(entry.path());
  int different = inputs.empty() ? 1 : 0;
  for (const fs::path& input : inputs) different += hold_against(words[0], input, bless);
  return different == 0 ? 0 : kDifferent;
}

}  // namespace
}  // namespace plumbline

int main(int count, char** words) { return plumbline::run({words + 1, words + count}); }
