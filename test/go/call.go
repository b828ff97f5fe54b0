package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	classic "github.com/aiven/aiven-go-client/v2"
	codegen "github.com/aiven/go-client-codegen"
)

// call is what a method is called with, beside its context.
type call struct {
	// Args are its strings, in order: the variable parts of the path.
	Args []string `json:"args"`
	// In is its structure, where it takes one: the body.
	In json.RawMessage `json:"in"`
	// Query are its options, where it takes some.
	Query [][2]string `json:"query"`
}

// answer is what came of a call: what the client decoded, or how it failed.
type answer struct {
	Out   any    `json:"out,omitempty"`
	Error *fault `json:"error,omitempty"`
	// Raw is the answer of the API, before it was decoded.
	Raw json.RawMessage `json:"raw,omitempty"`
}

// fault is an error; Status is 0 where the API did not answer, or not in a way that the client can decode.
type fault struct {
	Status  int    `json:"status"`
	Message string `json:"message"`
}

func (c call) of(method reflect.Value) answer {
	values, err := c.values(method.Type())
	if err != nil {
		return answer{Error: &fault{Message: err.Error()}}
	}
	results := method.Call(values)
	last := len(results) - 1
	if err, _ := results[last].Interface().(error); err != nil {
		return answer{Error: &fault{Status: statusOf(err), Message: err.Error()}}
	}
	if last == 0 {
		return answer{}
	}
	return answer{Out: results[0].Interface()}
}

func (c call) values(method reflect.Type) ([]reflect.Value, error) {
	values := []reflect.Value{reflect.ValueOf(context.Background())}
	args := c.Args
	fixed := method.NumIn()
	if method.IsVariadic() {
		fixed--
	}
	for i := 1; i < fixed; i++ {
		switch kind := method.In(i); {
		case kind.Kind() != reflect.String:
			in, err := decodeStrictly(c.In, kind)
			if err != nil {
				return nil, err
			}
			values = append(values, in)
		case len(args) == 0:
			return nil, errors.New("too few args")
		default:
			values = append(values, reflect.ValueOf(args[0]))
			args = args[1:]
		}
	}
	for _, option := range c.Query {
		values = append(values, reflect.ValueOf(option))
	}
	if len(args) > 0 {
		return nil, errors.New("too many args")
	}
	return values, nil
}

// decodeStrictly fails on a field that the client does not know.
func decodeStrictly(text json.RawMessage, kind reflect.Type) (reflect.Value, error) {
	in := reflect.New(kind)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(in.Interface()); err != nil {
		return in, fmt.Errorf("%s: %w", kind, err)
	}
	return in.Elem(), nil
}

func statusOf(err error) int {
	var generated codegen.Error
	var handwritten classic.Error
	switch {
	case errors.As(err, &generated):
		return generated.Status
	case errors.As(err, &handwritten):
		return handwritten.Status
	}
	return 0
}
