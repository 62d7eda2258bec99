// However an audit ends, it says so in a sentence, leaves no half-written file and no half line.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <sstream>

#include "daemon/cli/exit_status.h"
#include "daemon/cli/output_file.h"
#include "daemon/cli/part_files.h"
#include "tests/daemon/process_run.h"
#include "tests/sanitized.h"

namespace plumbline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int kRows = 20'000;  // several items, and some megabytes of result
constexpr int kInterrupted = kExitSignal + SIGTERM;

// Asks for an end from the moment it has been asked `quiet` times.
class SignalAfter : public StopSignals {
 public:
  explicit SignalAfter(int quiet) : quiet_(quiet) {}
  void watch() override { watched_ = true; }
  int seen() const override { return watched_ && asked_++ >= quiet_ ? SIGTERM : 0; }
  void forget() override { watched_ = false; }

 private:
  int quiet_;
  bool watched_ = false;
  mutable std::atomic<int> asked_ = 0;
};

bool has_whole_lines(const std::string& text) { return text.empty() || text.back() == '\n'; }

class AuditEnds : public testing::Test {
 protected:
  AuditEnds() {
    std::string rows = "Id,Name,OwnerId,IsClosed,IsWon,CloseDate,StageName,Amount\n";
    for (int row = 0; row < kRows; ++row)
      rows += fmt::format("006Rt{:010},Deal {},005Rt00000000JuIAI,false,false,2020-01-31,Proposal,odd\n", row,
                          row);
    data_.write("Opportunity.csv", rows);
  }

  std::vector<std::string> words(std::string_view format, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"audit", data_.path(), "--as-of", "2024-06-01", "--format"};
    words.emplace_back(format);
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::vector<std::string> to_files(std::string_view format, std::vector<std::string> more = {}) const {
    more.insert(more.end(),
                {"--output", results_.path_of("result"), "--rejects", results_.path_of("rejects")});
    return words(format, more);
  }

  // In this process, interrupted when the signals are asked for the `quiet`-th time.
  Ran interrupted_after(int quiet, const std::vector<std::string>& words) const {
    StringOutput out;
    StringOutput err;
    std::istringstream in;
    const FixedClock clock(kTestNow);
    SignalAfter signals(quiet);
    Streams streams{.out = out, .err = err, .in = in, .clock = clock, .signals = &signals};
    const int status = run_command_line(words, streams);
    return {.status = status, .out = out.text(), .err = err.text()};
  }

  // Standard output into the file `stdout` of the results.
  Ran run_into_file(const std::vector<std::string>& words, std::optional<Limit> limit) const {
    const Descriptor out(
        ::open(results_.path_of("stdout").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return ProcessRun(words, out.number(), limit).end();
  }
  std::string written() const { return text_of_file(results_.path_of("stdout")); }

  TempFolder data_;
  TempFolder results_;
};

TEST_F(AuditEnds, InterruptedWhereverItIsLeavesNoFiles) {
  int places = 0;
  // It is asked once a reject, too: nearer and farther apart then.
  for (int quiet = 0;; quiet += 1 + quiet / 2) {
    const Ran ran = interrupted_after(quiet, to_files("csv"));
    if (ran.status == kExitDone) break;
    ASSERT_EQ(ran.status, kInterrupted) << quiet;
    ASSERT_THAT(ran.err, StartsWith("plumbline: interrupted ")) << quiet;
    ASSERT_THAT(ran.err, HasSubstr("; nothing was written; run the audit again\n")) << quiet;
    ASSERT_TRUE(std::filesystem::is_empty(results_.path())) << quiet;
    ++places;
  }
  EXPECT_GT(places, 5);
  EXPECT_TRUE(exists(results_.path_of("result")) && exists(results_.path_of("rejects")));
}

TEST_F(AuditEnds, InterruptedWhileReadingSaysHowFarItCame) {
  const Ran ran = interrupted_after(0, words("jsonl"));
  EXPECT_EQ(ran.status, kInterrupted);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, StartsWith("plumbline: interrupted after "));
  EXPECT_THAT(ran.err, HasSubstr(" MB were read; nothing was written; run the audit again\n"));
}

TEST_F(AuditEnds, InterruptedWhileJudgingEndsAfterAWholeLine) {
  bool judging = false;
  for (int quiet = 0; !judging; ++quiet) {
    const Ran ran = interrupted_after(quiet, words("csv"));
    ASSERT_EQ(ran.status, kInterrupted);
    ASSERT_TRUE(has_whole_lines(ran.out));
    judging = ran.err.find(" of 20,000 records were judged; the result is cut short, after whole lines") !=
              std::string::npos;
  }
}

TEST_F(AuditEnds, ASignalEndsTheProgramAfterAWholeLine) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  // So little that the program cannot have come to its end when the first byte is seen.
  ASSERT_GE(::fcntl(writer.number(), F_SETPIPE_SZ, 4096), 0);
  const ProcessRun run(words("jsonl"), writer.number());
  writer.close();
  std::string seen(1, '\0');
  ASSERT_EQ(::read(reader.number(), seen.data(), 1), 1);
  run.signal(SIGTERM);
  std::string more(1 << 16, '\0');
  for (ssize_t got = 0; (got = ::read(reader.number(), more.data(), more.size())) > 0;)
    seen.append(more, 0, static_cast<std::size_t>(got));
  const Ran ran = run.end();
  EXPECT_EQ(ran.status, kInterrupted);
  EXPECT_TRUE(has_whole_lines(seen));
  EXPECT_THAT(ran.err, StartsWith("plumbline: interrupted after "));
  EXPECT_THAT(ran.err, HasSubstr("the result is cut short, after whole lines"));
}

TEST_F(AuditEnds, AReaderThatHasGoneEndsIt) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  reader.close();
  for (const char* const format : {"jsonl", "csv", "table"}) {
    const Ran ran = ProcessRun(words(format), writer.number()).end();
    EXPECT_EQ(ran.status, kExitInput) << format;
    EXPECT_EQ(ran.err, "plumbline: the reader of standard output has gone; the result is cut short\n");
  }
}

TEST_F(AuditEnds, AFullDeviceEndsIt) {
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  for (const char* const format : {"jsonl", "csv", "table"}) {
    const Ran ran = ProcessRun(words(format), full.number()).end();
    EXPECT_EQ(ran.status, kExitInput) << format;
    EXPECT_THAT(ran.err, StartsWith("plumbline: cannot write standard output: no space left on device"));
  }
}

TEST_F(AuditEnds, RejectsThatCannotBeWrittenEndItWithoutAResult) {
  const Descriptor out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const std::vector<std::string> files{"--output", results_.path_of("result"), "--rejects", "/dev/full"};
  const Ran ran = ProcessRun(words("csv", files), out.number()).end();
  EXPECT_EQ(ran.status, kExitInput);
  EXPECT_THAT(ran.err, StartsWith("plumbline: cannot write /dev/full: no space left on device"));
  EXPECT_TRUE(std::filesystem::is_empty(results_.path()));
}

TEST_F(AuditEnds, AFileThatMayNotGrowIsNotLeftHalfWritten) {
  const Descriptor out(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  for (const char* const format : {"jsonl", "csv", "table"}) {
    const Ran ran = ProcessRun(to_files(format), out.number(), Limit{RLIMIT_FSIZE, 100'000}).end();
    EXPECT_EQ(ran.status, kExitInput) << format;
    EXPECT_THAT(ran.err, HasSubstr("it would become larger than is allowed here (ulimit -f)"));
    EXPECT_FALSE(exists(results_.path_of("result")) || exists(results_.path_of("result.part")));
  }
}

TEST_F(AuditEnds, StandardOutputThatMayNotGrowEndsAfterAWholeLine) {
  for (const char* const format : {"jsonl", "csv", "table"}) {
    const Ran ran = run_into_file(words(format), Limit{RLIMIT_FSIZE, 100'001});
    EXPECT_EQ(ran.status, kExitInput) << format;
    EXPECT_THAT(written(), Not(IsEmpty())) << format;
    EXPECT_TRUE(has_whole_lines(written())) << format;
  }
}

TEST_F(AuditEnds, WithTooLittleMemoryItSaysSoAndLeavesNoFiles) {
  if (kSanitized) GTEST_SKIP() << "NOT RUN: a sanitizer takes more memory than any of the limits";
  constexpr rlim_t kMegabyte = 1 << 20;
  for (const char* const threads : {"1", "2"}) {
    bool refused = false;
    rlim_t limit = 12 * kMegabyte;
    for (;; limit += kMegabyte / 2) {
      const Ran started = run_into_file({"--version"}, Limit{RLIMIT_AS, limit});
      if (started.status != kExitDone) continue;  // the system's own loader has too little
      const Ran ran = run_into_file(to_files("table", {"--threads", threads}), Limit{RLIMIT_AS, limit});
      if (ran.status == kExitDone) break;
      ASSERT_EQ(ran.status, kExitInput) << limit << ran.err;
      ASSERT_THAT(ran.err, StartsWith("plumbline: out of memory")) << limit;
      ASSERT_FALSE(exists(results_.path_of("result")) || exists(results_.path_of("result.part"))) << limit;
      ASSERT_FALSE(exists(results_.path_of("rejects")) || exists(results_.path_of("rejects.part"))) << limit;
      refused = true;
    }
    EXPECT_TRUE(refused);
    std::filesystem::remove(results_.path_of("result"));
    std::filesystem::remove(results_.path_of("rejects"));
  }
}

TEST(PartFiles, AreRemovedWhereTheProcessEndsAtOnce) {
  const TempFolder folder;
  Result<OutputFile> file = OutputFile::create(folder.path_of("result.csv"));
  ASSERT_TRUE(file);
  ASSERT_TRUE(exists(folder.path_of("result.csv.part")));
  remove_part_files();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(PartFiles, AreForgottenOnceTheyStandUnderTheirName) {
  const TempFolder folder;
  Result<OutputFile> file = OutputFile::create(folder.path_of("result.csv"));
  ASSERT_TRUE(file && file->finish());
  folder.write("result.csv.part", "somebody else's");
  remove_part_files();
  EXPECT_TRUE(exists(folder.path_of("result.csv.part")));
}

}  // namespace
}  // namespace plumbline
