#include "sandbox/salesforce/describe.h"

#include <fmt/format.h>

#include "base/json.h"

namespace plumbline::sandbox {
namespace {

int length_of(const Field& field) {
  switch (field.kind) {
    case FieldKind::kId:
    case FieldKind::kReference:
      return 18;
    case FieldKind::kTextArea:
      return 32'000;
    default:
      return is_text(field.kind) ? 255 : 0;
  }
}

bool is_filterable(const Field& field) {
  return field.kind != FieldKind::kTextArea && field.kind != FieldKind::kAny;
}

void write_picklist(JsonWriter& json, ObjectKind object, const Field& field) {
  json.key("picklistValues").begin_array();
  if (object == ObjectKind::kOpportunity && field.name == "StageName") {
    for (const Stage& stage : sales_stages()) {
      json.begin_object().key("active").boolean(true).key("defaultValue").boolean(false);
      json.key("label")
          .string(stage.name)
          .key("validFor")
          .null()
          .key("value")
          .string(stage.name)
          .end_object();
    }
  }
  json.end_array();
}

void write_field(JsonWriter& json, ObjectKind object, const Field& field) {
  const bool calculated = field.use == FieldUse::kCalculated;
  const bool number = field.kind == FieldKind::kDouble || field.kind == FieldKind::kCurrency ||
                      field.kind == FieldKind::kPercent;
  json.begin_object().key("name").string(field.name).key("label").string(field.name);
  json.key("type").string(type_name(field.kind)).key("length").integer(length_of(field));
  json.key("precision").integer(number ? 18 : 0).key("scale").integer(number ? 2 : 0);
  json.key("digits").integer(field.kind == FieldKind::kInt ? 9 : 0);
  json.key("nillable").boolean(field.kind != FieldKind::kId && field.kind != FieldKind::kBoolean);
  json.key("filterable").boolean(is_filterable(field)).key("sortable").boolean(is_filterable(field));
  json.key("groupable").boolean(is_filterable(field) && !number);
  json.key("calculated").boolean(calculated).key("calculatedFormula");
  if (calculated) {
    json.string("TEXT(Account.Segment__c)");
  } else {
    json.null();
  }
  json.key("custom").boolean(field.name.ends_with("__c")).key("unique").boolean(false);
  json.key("caseSensitive").boolean(false).key("externalId").boolean(false);
  json.key("relationshipName");
  if (field.relationship.empty()) {
    json.null();
  } else {
    json.string(field.relationship);
  }
  json.key("referenceTo").begin_array();
  if (!field.refers.empty()) json.string(field.refers);
  json.end_array();
  json.key("polymorphicForeignKey").boolean(false).key("compoundFieldName").null();
  json.key("restrictedPicklist")
      .boolean(false)
      .key("defaultedOnCreate")
      .boolean(field.kind == FieldKind::kBoolean);
  json.key("createable").boolean(false).key("updateable").boolean(false);
  write_picklist(json, object, field);
  json.end_object();
}

void write_head(JsonWriter& json, const ObjectSpec& object, std::string_view version) {
  json.key("name")
      .string(object.name)
      .key("label")
      .string(object.label)
      .key("labelPlural")
      .string(object.label);
  json.key("keyPrefix").string(object.prefix).key("custom").boolean(false).key("queryable").boolean(true);
  json.key("replicateable").boolean(object.replicateable).key("retrieveable").boolean(true);
  json.key("searchable").boolean(false).key("createable").boolean(false).key("updateable").boolean(false);
  json.key("deletable").boolean(false).key("undeletable").boolean(false);
  const std::string base = fmt::format("/services/data/v{}/sobjects/{}", version, object.name);
  json.key("urls").begin_object().key("sobject").string(base).key("describe").string(base + "/describe");
  json.key("rowTemplate").string(base + "/{ID}").end_object();
}

}  // namespace

std::string describe_all(const Visibility& visibility, std::string_view version) {
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .key("encoding")
      .string("UTF-8")
      .key("maxBatchSize")
      .integer(200)
      .key("sobjects")
      .begin_array();
  for (const ObjectSpec& object : all_objects()) {
    if (!visibility.shows(object.kind)) continue;
    json.begin_object();
    write_head(json, object, version);
    json.end_object();
  }
  json.end_array().end_object();
  return body;
}

std::string describe_object(ObjectKind kind, const Visibility& visibility, std::string_view version) {
  const ObjectSpec& object = spec_of(kind);
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_head(json, object, version);
  json.key("fields").begin_array();
  for (std::size_t field = 0; field < object.fields.size(); ++field) {
    if (visibility.shows(kind, field)) write_field(json, kind, object.fields[field]);
  }
  json.end_array().key("childRelationships").begin_array().end_array();
  json.key("recordTypeInfos").begin_array().end_array().end_object();
  return body;
}

}  // namespace plumbline::sandbox
