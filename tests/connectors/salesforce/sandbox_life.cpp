// Lives with a pretend Salesforce for some days: syncs every few hours while it changes, misbehaves and hides
// fields, begins anew now and then as after a crash, and holds what came against the truth in the end.
//
//   sandbox_life SANDBOX [OPPORTUNITIES [DAYS]]
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include "base/json_stream.h"
#include "connectors/http/curl_client.h"
#include "connectors/http/retrying_client.h"
#include "connectors/salesforce/salesforce_source.h"
#include "tests/kit/memory_sink.h"
#include "tests/kit/noted_pauses.h"
#include "tests/kit/run_async.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "sandbox_life: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T value_of(Result<T> result) {
  if (!result) stop(result.error().to_string());
  return std::move(*result);
}

// The texts of a document by their path: "salesforce.login_url".
class Paths : public JsonEvents {
 public:
  std::map<std::string, std::string> values;
  bool begin_object() override {
    names_.emplace_back();
    return true;
  }
  bool end_object() override {
    names_.pop_back();
    return true;
  }
  bool key(std::string_view name) override {
    names_.back() = name;
    return true;
  }
  bool value(JsonKind, std::string_view text) override {
    std::string path;
    for (const std::string& name : names_) path += (path.empty() ? "" : ".") + name;
    values[path] = text;
    return true;
  }

 private:
  std::vector<std::string> names_;
};

// The program, ended with this.
class Program {
 public:
  Program(const char* path, std::uint64_t opportunities) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) stop("no pipe");
    const std::string count = std::to_string(opportunities);
    child_ = ::fork();
    if (child_ == 0) {
      // Whoever stops this program in a hurry leaves no sandbox behind.
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(path, path, "--port", "0", "--seed", "7", "--opportunities", count.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string line;
    char c = 0;
    while (::read(ends[0], &c, 1) == 1 && c != '\n') line += c;
    ::close(ends[0]);
    Paths paths;
    if (!read_json_events(line, paths)) stop("the sandbox did not say where it is");
    values = std::move(paths.values);
  }
  ~Program() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::map<std::string, std::string> values;

 private:
  pid_t child_ = -1;
};

// Texts that say the same moment or the same number are one value.
bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto one = parse_instant(a);
  const auto other = parse_instant(b);
  if (one || other) return one == other;
  double x = 0;
  double y = 0;
  const bool numbers = std::from_chars(a.data(), a.data() + a.size(), x).ptr == a.data() + a.size() &&
                       std::from_chars(b.data(), b.data() + b.size(), y).ptr == b.data() + b.size();
  return numbers && !a.empty() && !b.empty() && x == y;
}

struct Crash {};

// Ends everything at the request that was set, as if the machine had: what is in the spool stays.
class CrashingClient : public HttpClient {
 public:
  explicit CrashingClient(HttpClient& inner) : inner_(inner) {}
  std::optional<std::uint64_t> requests_left{};

  Async<Result<HttpReply>> open(HttpRequest request) override {
    if (requests_left && (*requests_left)-- == 0) throw Crash{};
    co_return co_await inner_.open(std::move(request));
  }

 private:
  HttpClient& inner_;
};

class Life {
 public:
  Life(const char* program, std::uint64_t opportunities)
      : program_(program, opportunities),
        folder_(fs::temp_directory_path() / fmt::format("sandbox-life-{}", ::getpid())),
        sink_(folder_ / "spool"),
        curl_(value_of(CurlClient::make(loop_.get_executor(), {.allow_plain_loopback = true}))),
        client_(*curl_, {.most_attempts = 6},
                {.pauses = pauses_, .clock = clock_, .random = [this] { return chance_(dice_); }}),
        crashing_(client_) {
    fs::create_directories(folder_);
    begin_anew();
  }
  ~Life() { fs::remove_all(folder_); }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  std::string control(HttpMethod method, std::string_view path, std::string body = {}) {
    HttpRequest request{.method = method,
                        .url = fmt::format("{}/{}", program_.values["control_url"], path),
                        .body = std::move(body),
                        .most_bytes = kMostDownloadBytes,
                        .total_time = std::chrono::minutes{10}};
    HttpResponse response = value_of(run_async(loop_, fetch(*curl_, std::move(request))));
    if (response.head.status != 200) stop(fmt::format("{} answered {}", path, response.body));
    return std::move(response.body);
  }

  void advance(std::chrono::seconds time) {
    const std::string body = fmt::format(R"({{"advance_seconds":{}}})", time.count());
    Paths paths;
    static_cast<void>(read_json_events(control(HttpMethod::kPost, "clock", body), paths));
    now_ = parse_instant(paths.values["now"]).value_or(now_);
  }

  // As after a restart: nothing is remembered but what the sink keeps.
  void begin_anew() {
    options_ = SalesforceOptions{};
    auto& said = program_.values;
    options_.login = {.url = said["salesforce.login_url"],
                      .client_id = said["salesforce.client_id"],
                      .username = said["salesforce.username"]};
    std::ifstream key(said["salesforce.jwt_key_file"]);
    options_.login.private_key = Secret(std::string(std::istreambuf_iterator<char>(key), {}));
    options_.reconcile_every = std::chrono::hours{24};
    options_.compare_ids_every = std::chrono::hours{48};
    options_.bulk_above = 3'000;
    options_.budget.parallel_above = 5'000;
    if (at_the_end) options_.compare_ids_every = options_.refresh_every = options_.deleted_every = {};
    source_ = std::make_unique<SalesforceSource>(options_, crashing_, pauses_);
  }

  bool sync() {
    ++syncs;
    Result<SourceReport> report = run_async(loop_, source_->sync(sink_, now_));
    if (!report) {
      ++failed;
      if (loud) std::printf("  failed: %s\n", report.error().message.c_str());
      return false;
    }
    calls += report->calls;
    rows += report->delivered.rows;
    bytes += report->bytes;
    for (const std::string& alarm : report->alarms) {
      ++alarms;
      if (loud) std::printf("  alarm: %s\n", alarm.c_str());
    }
    return true;
  }

  // A sync that crashes after some requests, and another by a program that was started anew.
  bool crash_and_sync() {
    crashing_.requests_left = std::uniform_int_distribution<std::uint64_t>(0, 40)(dice_);
    try {
      sync();
    } catch (const Crash&) {
      ++crashed;
    }
    crashing_.requests_left.reset();
    begin_anew();
    return sync();
  }

  // How often misbehaviour struck.
  std::uint64_t struck() {
    constexpr std::string_view kName = "\"struck\":";
    const std::string faults = control(HttpMethod::kGet, "faults");
    std::uint64_t sum = 0;
    for (std::size_t i = faults.find(kName); i != std::string::npos; i = faults.find(kName, i + 1))
      sum += std::stoull(faults.substr(i + kName.size()));
    return sum;
  }

  std::uint64_t compare(const std::string& object) {
    MemorySink truth(folder_ / "truth");
    static_cast<void>(truth.spool(""));
    const fs::path path = folder_ / "truth" / (object + ".csv");
    std::ofstream(path, std::ios::binary) << control(HttpMethod::kGet, "truth/" + object);
    Delivery delivery{.source = "truth",
                      .files = {{.path = path.string(), .name = object, .object = object}}};
    value_of(run_async(loop_, truth.deliver(std::move(delivery))));
    std::set<std::string> columns;
    for (const DescribedField& field : sink_.fields()) {
      if (field.object == object) columns.insert(field.field);
    }
    std::uint64_t faults = 0;
    const auto tell = [&](const std::string& fault) {
      if (++faults <= 10) std::printf("  %s: %s\n", object.c_str(), fault.c_str());
    };
    std::uint64_t standing = 0;
    for (auto& [id, row] : truth.rows(object)) {
      const bool known = sink_.rows(object).contains(id);
      const bool gone = row["IsDeleted"] == "true";
      if (gone && known && !sink_.is_deleted(object, id)) tell(id + " was deleted, and stands here");
      if (gone) continue;
      ++standing;
      if (!known) {
        tell(id + " is missing");
        continue;
      }
      if (sink_.unseen(object).contains(id) || sink_.is_deleted(object, id))
        tell(id + " stands, and not here");
      MemorySink::Row& ours = sink_.rows(object)[id];
      for (const auto& [name, text] : row) {
        if (columns.contains(name) && !same_value(text, ours[name]))
          tell(fmt::format("{}.{} is \"{}\", and here \"{}\"", id, name, text, ours[name]));
      }
    }
    for (auto& [id, row] : sink_.rows(object)) {
      const bool stands = row["IsDeleted"] != "true" && !sink_.unseen(object).contains(id);
      if (stands && !truth.rows(object).contains(id)) tell(id + " was invented");
    }
    fmt::print("{:26} {:8} rows, {} columns, {} faults\n", object, standing, columns.size(), faults);
    return faults;
  }

  MemorySink& sink() { return sink_; }

  bool at_the_end = false;
  bool loud = false;
  std::uint64_t syncs = 0, failed = 0, crashed = 0, calls = 0, rows = 0, bytes = 0, alarms = 0;

 private:
  Program program_;
  fs::path folder_;
  MemorySink sink_;
  boost::asio::io_context loop_;
  NotedPauses pauses_;
  SystemClock clock_;
  std::mt19937 dice_{7};
  std::uniform_real_distribution<double> chance_{0, 1};
  std::unique_ptr<CurlClient> curl_;
  RetryingClient client_;
  CrashingClient crashing_;
  SalesforceOptions options_;
  std::unique_ptr<SalesforceSource> source_;
  Instant now_{};
};

constexpr std::string_view kFaults = R"({"faults":[
{"kind":"500","on":"/services/","rate":0.01},{"kind":"502_html","on":"/services/","rate":0.01},
{"kind":"503","on":"/services/","rate":0.01},{"kind":"503_empty","on":"/services/","rate":0.005},
{"kind":"420","on":"/services/","rate":0.002},{"kind":"429","on":"/services/","rate":0.005},
{"kind":"reset","on":"/services/","rate":0.01},{"kind":"slow","on":"/services/","rate":0.005,"milliseconds":20},
{"kind":"403_concurrent","rate":0.01},{"kind":"401_expired","rate":0.02},{"kind":"query_timeout","rate":0.01},
{"kind":"bad_locator","rate":0.03},{"kind":"truncate","rate":0.01},{"kind":"bulk_failed","rate":0.05},
{"kind":"bulk_short","rate":0.05},{"kind":"414","on":"/query","rate":0.002}]})";

int live(const char* program, std::uint64_t opportunities, int days) {
  constexpr std::chrono::hours kStep{6};
  const std::string next_step = R"({"object":"Opportunity","field":"NextStep"})";
  Life life(program, opportunities);
  life.loud = std::getenv("SANDBOX_LIFE_LOUD") != nullptr;
  life.advance(std::chrono::minutes{5});
  life.control(HttpMethod::kPost, "faults", std::string(kFaults));
  for (int step = 0; step < days * 4; ++step) {
    if (step == 4) life.control(HttpMethod::kPost, "fields/hide", next_step);
    if (step == 8) life.control(HttpMethod::kPost, "fields/show", next_step);
    if (step % 5 == 4) life.begin_anew();
    if (step % 3 == 1) life.control(HttpMethod::kPost, "mass-update", R"({"rows":2500})");
    if (step % 3 == 2) life.control(HttpMethod::kPost, "commit-late", R"({"rows":20,"delay_seconds":300})");
    if (step % 4 == 2) life.control(HttpMethod::kPost, "delete", R"({"rows":10})");
    if (step % 4 == 3) life.control(HttpMethod::kPost, "undelete", R"({"rows":5})");
    if (step % 3 == 0) {
      life.crash_and_sync();
    } else {
      life.sync();
    }
    life.advance(kStep);
  }
  const std::uint64_t struck = life.struck();
  life.control(HttpMethod::kPost, "faults", R"({"clear":true})");
  life.control(HttpMethod::kPost, "settings", R"({"quiet_life":true})");
  life.advance(std::chrono::hours{1});
  life.at_the_end = true;
  life.begin_anew();
  if (!life.sync()) stop("the last sync failed");
  std::uint64_t faults = 0;
  for (const SalesforceObject& object : default_salesforce_objects()) {
    if (!life.sink().rows(object.name).empty()) faults += life.compare(object.name);
  }
  fmt::print(
      "{} syncs ({} failed, {} crashed), {} faults struck, {} calls, {} rows, {} bytes, {} alarms, {} "
      "certificates\n",
      life.syncs, life.failed, life.crashed, struck, life.calls, life.rows, life.bytes, life.alarms,
      life.sink().notes().size());
  if (life.sink().rows("Opportunity").empty()) stop("no opportunity came");
  return faults == 0 ? 0 : 1;
}

}  // namespace
}  // namespace plumbline

int main(int count, char** words) {
  constexpr std::uint64_t kOpportunities = 4'000;
  constexpr int kDays = 4;
  if (count < 2) plumbline::stop("say where the sandbox is");
  const std::uint64_t opportunities = count > 2 ? std::stoull(words[2]) : kOpportunities;
  return plumbline::live(words[1], opportunities, count > 3 ? std::stoi(words[3]) : kDays);
}
