// `policy check --watch` as it is run: the program itself, a pipe to read its answers from, and files saved
// under its eyes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/process_run.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kDeadlineMilliseconds = 60'000;  // only ever waited for where there is a fault

constexpr std::string_view kPack =
    "pack: house\n"
    "policies:\n"
    "  - id: small-deal\n"
    "    title: Small deal\n"
    "    on: Opportunity\n"
    "    severity: low\n"
    "    violated_when: Amount < 200\n"
    "    says: \"Only {Amount}.\"\n"
    "    fix: \"Sell more.\"\n"
    "    examples:\n"
    "      - {given: {Amount: 1}, as_of: 2022-04-23, violated: true}\n"
    "      - {given: {Amount: 300}, as_of: 2022-04-23, violated: false}\n";

std::string replaced(std::string_view what, std::string_view by) {
  std::string text(kPack);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

class Pipe {
 public:
  Pipe() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    reader_ = ends[0];
    writer_ = ends[1];
  }
  ~Pipe() {
    ::close(reader_);
    close_writer();
  }
  int writer() const { return writer_; }
  void close_writer() {
    if (writer_ >= 0) ::close(std::exchange(writer_, -1));
  }
  // What comes until it ends with `end`, or the deadline.
  std::string read_until(std::string_view end) const {
    std::string text;
    while (!text.ends_with(end)) {
      pollfd wanted{.fd = reader_, .events = POLLIN, .revents = 0};
      if (::poll(&wanted, 1, kDeadlineMilliseconds) != 1) break;
      char byte = '\0';
      if (::read(reader_, &byte, 1) != 1) break;
      text += byte;
    }
    EXPECT_TRUE(text.ends_with(end)) << text;
    return text;
  }

 private:
  int reader_ = -1;
  int writer_ = -1;
};

class PolicyWatch : public testing::Test {
 protected:
  void start(std::vector<std::string> words) {
    words.insert(words.begin(), {"policy", "check", "--watch"});
    run_.emplace(words, pipe_.writer());
    pipe_.close_writer();
  }
  ~PolicyWatch() override {
    if (!run_) return;
    run_->signal(SIGINT);
    EXPECT_EQ(run_->end().status, kExitSignal + SIGINT);
  }

  TempFolder folder_;
  Pipe pipe_;
  std::optional<ProcessRun> run_;
};

TEST_F(PolicyWatch, AnswersEverySave) {
  const std::string file = folder_.write("house.yaml", kPack);
  start({file});
  const std::string first = pipe_.read_until("pass\n");
  EXPECT_THAT(first, StartsWith("--- 2"));
  EXPECT_THAT(first, HasSubstr("\n" + file + ": ok, 1 policy\n" + file + ": examples 2/2 pass\n"));

  folder_.write("house.yaml", replaced("Amount < 200", "Amont < 200"));
  const std::string second = pipe_.read_until(file + ": 1 error\n");
  EXPECT_THAT(second, HasSubstr("house.yaml:7:20: error: unknown field Amont"));
  EXPECT_THAT(second, HasSubstr("did you mean Amount?"));
  EXPECT_THAT(second, Not(HasSubstr("examples")));

  folder_.write("house.yaml.new", replaced("Amount: 300", "Amount: 150"));
  std::filesystem::rename(folder_.path_of("house.yaml.new"), file);
  EXPECT_THAT(pipe_.read_until("pass\n"), HasSubstr("house.yaml:12:9: small-deal: expected not violated"));

  std::filesystem::remove(file);
  pipe_.read_until("there is no such file\n");
  folder_.write("house.yaml", kPack);
  pipe_.read_until("examples 2/2 pass\n");
}

// The second block is about the second text: nothing was said of the first being written again.
TEST_F(PolicyWatch, SaysNothingWhereNothingChanged) {
  const std::string file = folder_.write("house.yaml", kPack);
  start({file});
  pipe_.read_until("pass\n");
  folder_.write("house.yaml", kPack);
  folder_.write("other.yaml", "pack: other");
  folder_.write("house.yaml", replaced("Amount < 200", "Amount < 250"));
  const std::string answer = pipe_.read_until("pass\n");
  EXPECT_EQ(answer.find("---"), answer.rfind("---")) << answer;
}

TEST_F(PolicyWatch, ChecksAgainWhenTheFieldMapChanges) {
  const std::string file = folder_.write("house.yaml", replaced("Amount < 200", "Worth__c < 200"));
  const std::string map =
      folder_.write("map.yaml", "objects:\n  Opportunity:\n    fields:\n      Other__c: {type: number}\n");
  start({file, "--fields", map});
  EXPECT_THAT(pipe_.read_until(file + ": 1 error\n"), HasSubstr("unknown field Worth__c"));
  folder_.write("map.yaml", "objects:\n  Opportunity:\n    fields:\n      Worth__c: {type: number}\n");
  pipe_.read_until(file + ": ok, 1 policy\n");
  folder_.write("map.yaml", "objects: [\n");
  pipe_.read_until("the field map has errors; no pack was checked\n");
}

TEST(PolicyWatchOptions, RefusesWhatCannotBeWatched) {
  const Ran ran = run_words({"policy", "check", "--watch", "--syntax-only", "-", "essentials"});
  EXPECT_EQ(ran.status, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("--watch checks packs, not single conditions"));
  EXPECT_THAT(ran.err, HasSubstr("standard input cannot be read again"));
  EXPECT_THAT(ran.err, HasSubstr("essentials comes with Plumbline and does not change"));
}

}  // namespace
}  // namespace plumbline
