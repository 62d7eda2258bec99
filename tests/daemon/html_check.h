// A small look at whether a text is a well-formed page: every element that is begun ends, in its turn, and
// what may stand only once does. No parser of all of HTML: of what the page is made of.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class HtmlCheck {
 public:
  explicit HtmlCheck(std::string_view page) : left_(page) {
    while (fault_.empty() && !left_.empty()) step();
    if (fault_.empty() && !open_.empty()) fault_ = "never ended: " + open_.back();
    for (const std::string& target : targets_) {
      if (fault_.empty() && !ids_.contains(target)) fault_ = "a link leads nowhere: #" + target;
    }
  }

  // Empty where all is well.
  const std::string& fault() const { return fault_; }
  // What people read: the text outside of tags, style and script, as it stands.
  const std::string& text() const { return text_; }
  // The elements, in order.
  const std::vector<std::string>& elements() const { return elements_; }

 private:
  static bool is_void(std::string_view name) {
    static const std::set<std::string_view> kVoid{"meta", "input", "br", "link"};
    return kVoid.contains(name);
  }

  std::string_view take(std::size_t bytes) {
    const std::string_view taken = left_.substr(0, bytes);
    left_.remove_prefix(taken.size());
    return taken;
  }

  void step() {
    if (left_.front() != '<') return take_text();
    if (left_.starts_with("<!doctype html>")) {
      take(15);
    } else if (left_.starts_with("</")) {
      end_element();
    } else {
      begin_element();
    }
  }

  void take_text() {
    const std::string_view text = take(std::min(left_.find('<'), left_.size()));
    if (text.find('>') != std::string_view::npos) fault_ = "a stray > in: " + std::string(text);
    if (text.find('\0') != std::string_view::npos) fault_ = "a NUL";
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      const std::string_view entity = text.substr(at, text.find(';', at) - at);
      static const std::set<std::string_view> kEntities{"&amp", "&lt", "&gt", "&quot", "&#39"};
      if (!kEntities.contains(entity)) fault_ = "no entity: " + std::string(entity);
    }
    text_ += text;
  }

  void end_element() {
    const std::string name(take(left_.find('>') + 1).substr(2));
    if (open_.empty() || open_.back() + ">" != name) {
      fault_ = "</" + name + " ends " + (open_.empty() ? "nothing" : open_.back());
      return;
    }
    open_.pop_back();
  }

  void begin_element() {
    take(1);
    const std::string name(take(left_.find_first_of(" />\n")));
    elements_.push_back(name);
    while (fault_.empty() && !left_.empty() && left_.front() == ' ') take_attribute();
    const bool ended = left_.starts_with("/>");
    if (ended) take(1);
    if (!left_.starts_with(">")) fault_ = "the tag of " + name + " does not end: " + std::string(take(40));
    take(1);
    if (ended || is_void(name) || !fault_.empty()) return;
    if (name == "style" || name == "script") {
      take(left_.find("</" + name + ">") + name.size() + 3);
    } else {
      open_.push_back(name);
    }
  }

  // name="value", or a name alone.
  void take_attribute() {
    take(1);
    const std::string name(take(left_.find_first_of("= />")));
    if (!left_.starts_with("=")) return;
    if (!left_.starts_with("=\"")) {
      fault_ = name + " has a value without quotes";
      return;
    }
    take(2);
    const std::string value(take(left_.find('"')));
    take(1);
    if (value.find_first_of("<>") != std::string::npos) fault_ = name + " holds a tag: " + value;
    if (name.starts_with("on") || name == "style" || name == "src") fault_ = "an attribute " + name;
    if (name == "id" && !ids_.insert(value).second) fault_ = "id " + value + " stands twice";
    if (name == "href" && value.starts_with("#")) targets_.insert(value.substr(1));
    if (name == "href" && !value.starts_with("#") && !value.starts_with("https://"))
      fault_ = "a link to " + value;
  }

  std::string_view left_;
  std::vector<std::string> open_;
  std::vector<std::string> elements_;
  std::set<std::string> ids_;
  std::set<std::string> targets_;
  std::string text_;
  std::string fault_;
};

}  // namespace plumbline
