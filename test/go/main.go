// Command clients lets Aiven's own Go clients call an API, and tells what Aiven has published about it.
//
// Without arguments it answers calls, one a line: of standard input to standard output, both JSON. The environment
// says where the API is and with which token: AIVEN_WEB_URL, AIVEN_TOKEN. With the argument "published" it prints one
// JSON object, see published.go.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	classic "github.com/aiven/aiven-go-client/v2"
	codegen "github.com/aiven/go-client-codegen"
)

const longestLine = 16 << 20

// request names a method of a client and what it is called with.
type request struct {
	// Client is "go-client-codegen" or "aiven-go-client".
	Client string `json:"client"`
	// Method is a method of the client, such as "ServiceGet", or of one of its handlers: "Services.Get".
	Method string `json:"method"`
	call
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	out := json.NewEncoder(os.Stdout)
	if len(os.Args) > 1 && os.Args[1] == "published" {
		return printPublished(out, os.Args[2:])
	}
	recorder := &recorder{}
	generated, err := codegen.NewClient(codegen.UserAgentOpt("test"), codegen.DoerOpt(recorder.client()))
	if err != nil {
		return err
	}
	handwritten, err := classic.SetupEnvClient("test")
	if err != nil {
		return err
	}
	handwritten.Client = recorder.client()
	clients := map[string]any{"go-client-codegen": generated, "aiven-go-client": handwritten}

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		method, err := find(clients[r.Client], r.Method)
		if err != nil {
			return err
		}
		answer := r.call.of(method)
		answer.Raw = recorder.raw
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// find looks a method up by its name, behind a field where there is a dot.
func find(client any, name string) (reflect.Value, error) {
	at := reflect.ValueOf(client)
	if field, method, isNested := strings.Cut(name, "."); isNested && at.IsValid() {
		at, name = at.Elem().FieldByName(field), method
	}
	if at.IsValid() {
		if method := at.MethodByName(name); method.IsValid() {
			return method, nil
		}
	}
	return reflect.Value{}, fmt.Errorf("no client has a method %s", name)
}
