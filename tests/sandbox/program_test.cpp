// The program itself, asked over a socket.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "sandbox/server/options.h"
#include "sandbox/web/json_value.h"
#include "tests/records/temp_folder.h"

namespace plumbline::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Program {
 public:
  explicit Program(std::vector<std::string> words) {
    std::array<int, 2> pipe_ends{};
    if (::pipe(pipe_ends.data()) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(pipe_ends[1], STDOUT_FILENO);
      ::close(pipe_ends[0]);
      std::string program = PLUMBLINE_SANDBOX;
      std::vector<char*> arguments = {program.data()};
      for (std::string& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execv(program.c_str(), arguments.data());
      ::_exit(127);
    }
    ::close(pipe_ends[1]);
    out_ = pipe_ends[0];
  }
  ~Program() {
    if (child_ > 0) stop();
    ::close(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The one line it prints; empty where it ended without one.
  std::string line() {
    std::string text;
    char c = 0;
    while (::read(out_, &c, 1) == 1 && c != '\n') text += c;
    return text;
  }
  // Its exit status.
  int stop() {
    ::kill(child_, SIGTERM);
    int status = -1;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t child_ = -1;
  int out_ = -1;
};

// What comes back over one connection until the other side ends it; `ended` is false where it was reset.
struct Reply {
  std::string text;
  bool ended = false;
};

Reply ask(int port, const std::string& request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Reply reply;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return reply;
  if (::write(fd, request.data(), request.size()) < 0) return reply;
  std::array<char, 4096> piece{};
  ssize_t got = 0;
  while ((got = ::read(fd, piece.data(), piece.size())) > 0)
    reply.text.append(piece.data(), static_cast<std::size_t>(got));
  reply.ended = got == 0;
  ::close(fd);
  return reply;
}

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

class ProgramTest : public testing::Test {
 protected:
  // Starts it and reads what it announces.
  JsonValue start(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"--opportunities",      "50", "--speed", "0", "--keys",
                                      folder_.path_of("keys")};
    words.insert(words.end(), more.begin(), more.end());
    program_ = std::make_unique<Program>(words);
    const Result<JsonValue> line = parse_json(program_->line());
    EXPECT_TRUE(line);
    const std::string base = line ? line->text("base_url").value_or("") : "";
    port_ = std::atoi(base.substr(base.rfind(':') + 1).c_str());
    return line ? *line : JsonValue{};
  }

  TempFolder folder_;
  std::unique_ptr<Program> program_;
  int port_ = 0;
};

TEST_F(ProgramTest, announces_addresses_and_keys_serves_and_ends_on_a_signal) {
  const JsonValue line = start();
  EXPECT_THAT(line.text("control_url").value_or(""), testing::EndsWith("/control"));
  EXPECT_TRUE(std::filesystem::exists(line.member("salesforce")->text("jwt_key_file").value_or("")));
  EXPECT_TRUE(std::filesystem::exists(line.member("clari")->text("api_key_file").value_or("")));
  EXPECT_TRUE(std::filesystem::exists(line.member("exports")->text("bearer_file").value_or("")));
  const Reply versions = ask(port_, get("/services/data"));
  EXPECT_THAT(versions.text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(versions.text, HasSubstr("Date: Wed, 06 May 2026 08:00:00 GMT\r\n"));
  EXPECT_EQ(program_->stop(), 0);
}

TEST_F(ProgramTest, a_reset_comes_in_the_middle_of_the_body) {
  start();
  ask(port_, post("/control/faults", R"({"kind": "reset", "on": "/exports", "count": 1})"));
  const Reply reply = ask(port_, get("/exports/open/Opportunity.csv"));
  EXPECT_FALSE(reply.ended);
  const Reply whole = ask(port_, get("/exports/open/Opportunity.csv"));
  EXPECT_TRUE(whole.ended);
  EXPECT_LT(reply.text.size(), whole.text.size());
}

TEST_F(ProgramTest, a_dripping_body_is_whole_in_the_end) {
  start();
  ask(port_, post("/control/faults", R"({"kind": "drip", "on": "/exports", "count": 1, "milliseconds": 1})"));
  const Reply dripped = ask(port_, get("/exports/open/UserRole.csv"));
  EXPECT_TRUE(dripped.ended);
  EXPECT_EQ(dripped.text, ask(port_, get("/exports/open/UserRole.csv")).text);
}

TEST_F(ProgramTest, the_page_of_a_moved_organisation_has_status_420) {
  start();
  ask(port_, post("/control/faults", R"({"kind": "420", "on": "/exports", "count": 1})"));
  EXPECT_THAT(ask(port_, get("/exports/open/UserRole.csv")).text, StartsWith("HTTP/1.1 420 "));
}

TEST_F(ProgramTest, with_tls_the_certificate_to_trust_is_written) {
  const JsonValue line = start({"--tls", folder_.path_of("tls")});
  EXPECT_THAT(line.text("base_url").value_or(""), StartsWith("https://127.0.0.1:"));
  EXPECT_TRUE(std::filesystem::exists(line.text("ca_file").value_or("")));
  EXPECT_EQ(ask(port_, get("/services/data")).text.substr(0, 5), "");
}

TEST(ProgramOptions, are_read_and_faults_name_the_remedy) {
  const std::vector<std::string_view> words = {"--port",          "0",  "--seed",       "9",
                                               "--opportunities", "20", "--quiet-life", "--multi-currency"};
  const Result<ProgramOptions> options = parse_options(words);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->sandbox.seed, 9U);
  EXPECT_TRUE(options->sandbox.quiet_life);
  EXPECT_EQ(options->sandbox.currencies, Currencies::kSeveral);
  const auto message = [](std::vector<std::string_view> given) {
    return parse_options(given).error().message;
  };
  EXPECT_EQ(message({"--port", "70000"}), "--port 70000 is no number from 0 to 65535");
  EXPECT_EQ(message({"--seed"}), "--seed needs a value");
  EXPECT_EQ(message({"--loud"}), "there is no option --loud; --help lists those there are");
}

}  // namespace
}  // namespace plumbline::sandbox
