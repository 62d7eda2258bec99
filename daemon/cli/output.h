// Where a command's text goes, with every failure to write seen.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace plumbline {

// One thread. The first failure is kept; what is written after it is dropped, so that a writer need not look
// at every line, only at the end.
class TextOutput {
 public:
  virtual ~TextOutput() = default;

  virtual void write(std::string_view text) = 0;
  // Whether a write has failed or the process is asked to end, so that making more text is idle.
  virtual bool failed() const { return false; }
  // Hands on what is buffered; the first failure so far.
  virtual Status flush() { return {}; }
  // Writes what is left and makes the result visible. Once, as the last call. kCancelled where the reader of
  // a pipe has gone or the process is asked to end; kUnavailable for any other failure.
  virtual Status finish() = 0;
};

// Keeps everything: for tests, and for text that is wanted whole.
class StringOutput : public TextOutput {
 public:
  void write(std::string_view text) override { text_ += text; }
  Status finish() override { return {}; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace plumbline
