// Standard output, or a file, written through one buffer with every write(2) checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/cli/output.h"
#include "daemon/cli/stop_signals.h"

namespace plumbline {

inline constexpr std::size_t kOutputBufferBytes = std::size_t{64} << 10;

// Owns its descriptor unless it was lent. Whole lines are handed to the system, whatever the buffer's size; a
// line longer than the buffer makes it grow. A text of the buffer's size or more is not copied.
//
// A regular file is written beside its place as FILE.part and renamed by finish(): a result that could not be
// written whole is never found under its name. Devices and pipes are written directly. Without finish() the
// .part file is removed.
//
// Where `signals` have asked for an end, nothing more is written directly than the rest of a line begun:
// whoever reads a pipe may have stopped to. A regular file lent that cannot take the whole of a line gets
// none of it.
class OutputFile : public TextOutput {
 public:
  // A descriptor of the process (1 or 2), which stays open. `name` is for messages ("standard output").
  static OutputFile lend(int descriptor, std::string name, const StopSignals* signals = nullptr);
  static Result<OutputFile> create(const std::string& path, const StopSignals* signals = nullptr);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile() override;

  void write(std::string_view text) override;
  bool failed() const override { return error_.has_value() || stopped(); }
  Status flush() override;
  Status finish() override;

  // Where a regular file will stand, links followed; empty for anything else.
  const std::string& target() const { return target_; }

 private:
  OutputFile(int descriptor, std::string name, const StopSignals* signals);
  bool stopped() const { return signals_ != nullptr && signals_->seen() != 0; }
  std::string_view piece_of(std::string_view text) const;
  void hand_on(std::string_view text);
  void count_line(std::string_view written);
  void take_back_line();
  void fault(int error_number);
  void interrupt();
  void discard();

  int descriptor_;
  std::string name_;
  const StopSignals* signals_;
  bool is_pipe_ = false;
  bool owned_ = false;
  std::string target_;
  std::string part_;  // empty where the descriptor writes to its last place
  std::string buffer_;
  std::size_t line_bytes_ = 0;  // handed on since the last line's end
  std::optional<Error> error_;
};

}  // namespace plumbline
