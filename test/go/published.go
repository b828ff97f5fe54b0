package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/aiven/go-api-schemas/pkg/dist"
	codegen "github.com/aiven/go-client-codegen"
	"github.com/aiven/go-client-codegen/handler/account"
	"github.com/aiven/go-client-codegen/handler/service"
	"github.com/aiven/go-client-codegen/handler/staticip"
	"gopkg.in/yaml.v3"
)

// published is what Aiven says of its API in modules that it generates from the API itself.
type published struct {
	// Permissions, by operation: any one suffices.
	Permissions map[string][]string `json:"permissions"`
	// Fields of the body, by operation.
	Fields map[string][]string `json:"fields"`
	// Choices of fields that take a few words only.
	Choices map[string][]string `json:"choices"`
	// Kafka is the user_config of Aiven for Apache Kafka (go-api-schemas).
	Kafka any `json:"kafka"`
}

// printPublished prints what is published of some operations.
func printPublished(out *json.Encoder, operations []string) error {
	var types map[string]any
	if err := yaml.Unmarshal(dist.ServiceTypes, &types); err != nil {
		return err
	}
	all := published{
		Permissions: map[string][]string{},
		Fields:      map[string][]string{},
		Choices: map[string][]string{
			"access_source":               account.AccessSourceTypeChoices(),
			"acl.permission":              service.PermissionTypeChoices(),
			"kafka_authentication_method": service.KafkaAuthenticationMethodTypeChoices(),
			"kafka_ssl_ca":                service.KafkaSslCaTypeChoices(),
			"maintenance.dow":             service.DowTypeChoices(),
			"node_states.state":           service.NodeStateTypeChoices(),
			"route":                       service.RouteTypeChoices(),
			"service.state":               service.ServiceStateTypeChoices(),
			"static_ips.state":            staticip.StaticIPStateTypeChoices(),
			"usage":                       service.UsageTypeChoices(),
		},
		Kafka: types["kafka"],
	}
	client := reflect.TypeFor[codegen.Client]()
	for _, operation := range operations {
		method, isThere := client.MethodByName(operation)
		if !isThere {
			return fmt.Errorf("go-client-codegen has no operation %s", operation)
		}
		all.Permissions[operation] = codegen.Permissions()[operation]
		all.Fields[operation] = fieldsOf(method.Type)
	}
	return out.Encode(all)
}

// fieldsOf names the fields of the structure that a method takes.
func fieldsOf(method reflect.Type) []string {
	names := []string{}
	for i := range method.NumIn() {
		in := method.In(i)
		if in.Kind() != reflect.Pointer || in.Elem().Kind() != reflect.Struct {
			continue
		}
		for j := range in.Elem().NumField() {
			name, _, _ := strings.Cut(in.Elem().Field(j).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}
