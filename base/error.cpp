#include "base/error.h"

namespace plumbline {

std::string SourceSpan::to_string() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (line > 0 && column > 0) text += ":" + std::to_string(column);
  return text;
}

std::string Error::to_string() const {
  std::string text;
  if (where) text = where->to_string() + ": ";
  text += message;
  for (const std::string& step : context) text += " (" + step + ")";
  return text;
}

}  // namespace plumbline
