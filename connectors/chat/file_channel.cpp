// A file that messages are added to, a line of JSON each; or standard output.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "connectors/chat/channels.h"
#include "connectors/chat/plain_form.h"

namespace plumbline {
namespace {

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : handle_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (handle_ >= 0) ::close(handle_);
  }

  bool is_open() const { return handle_ >= 0; }

  struct Added {
    int fault = 0;  // errno
    bool is_taken_back = false;
  };

  // What a full disk took of a line is taken back, so that lines stay whole.
  Added add(std::string_view line) const {
    const off_t before = ::lseek(handle_, 0, SEEK_END);
    while (!line.empty()) {
      const ssize_t written = ::write(handle_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        const int fault = errno;
        // Of a pipe or terminal nothing can be taken back.
        return {.fault = fault, .is_taken_back = before >= 0 && ::ftruncate(handle_, before) == 0};
      }
      line.remove_prefix(static_cast<std::size_t>(written));
    }
    // Pipes and terminals have nothing to sync.
    const bool is_safe = ::fdatasync(handle_) == 0 || errno == EINVAL || errno == EROFS;
    return {.fault = is_safe ? 0 : errno};
  }

 private:
  int handle_;
};

class FileChannel : public Notifier {
 public:
  FileChannel(ChatOptions options, std::ostream& standard_output)
      : options_(std::move(options)), standard_output_(standard_output) {}

  const std::string& name() const override { return options_.name; }
  std::vector<Payload> render(const Message& message, Instant now) const override {
    return render_json_line(message, now);
  }

  // A file is quicker than the thread can be handed over.
  Async<SendResult> send(Payload payload, Destination destination) override {
    if (!destination.replaces.empty() || !destination.thread.empty() || !destination.email.empty())
      co_return failed(SendOutcome::kPermanent, SendFault::kClient,
                       "a file neither replies nor changes messages, and finds no people");
    payload.json += '\n';
    co_return options_.path == "-" ? print(payload.json) : add_line(payload.json);
  }

 private:
  SendResult print(std::string_view line) {
    standard_output_ << line << std::flush;
    if (standard_output_.good()) return {.outcome = SendOutcome::kDelivered};
    standard_output_.clear();
    return failed(SendOutcome::kAmbiguous, SendFault::kServer, "standard output takes nothing (any more)");
  }

  SendResult add_line(std::string_view line) const {
    const OpenFile file(options_.path);
    if (!file.is_open())
      return failed(SendOutcome::kNotSent, SendFault::kServer,
                    fmt::format("{} cannot be written: {}; see that its folder exists and may be written",
                                options_.path, std::strerror(errno)));
    const OpenFile::Added added = file.add(line);
    if (added.fault != 0)
      return failed(added.is_taken_back ? SendOutcome::kNotSent : SendOutcome::kAmbiguous, SendFault::kServer,
                    fmt::format("{} cannot be written: {}", options_.path, std::strerror(added.fault)));
    return {.outcome = SendOutcome::kDelivered};
  }

  SendResult failed(SendOutcome outcome, SendFault fault, std::string_view why) const {
    return {
        .outcome = outcome, .fault = fault, .explanation = fmt::format("channel {}: {}", options_.name, why)};
  }

  ChatOptions options_;
  std::ostream& standard_output_;
};

}  // namespace

std::unique_ptr<Notifier> make_file_channel(const ChatOptions& options, const ChatTools& tools) {
  return std::make_unique<FileChannel>(options, tools.standard_output);
}

}  // namespace plumbline
