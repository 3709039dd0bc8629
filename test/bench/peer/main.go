// The bench's own ends of a connection, where no common program has both: TCP, UDP, WebSocket, TLS handshakes.
//
//	peer serve tcp|udp|websocket PORT
//	peer load tcp-stream|tcp-connect|udp|websocket|tls-full|tls-resumed PORT CONNECTIONS MILLISECONDS
//
// Loads print {"units":…,"seconds":…,"failed":…}. Only the standard library is used.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) < 4 {
		fail("usage: peer serve KIND PORT | peer load KIND PORT CONNECTIONS MILLISECONDS")
	}
	kind, address := os.Args[2], "127.0.0.1:"+os.Args[3]
	if os.Args[1] == "serve" {
		serve, known := servers[kind]
		if !known {
			fail("no such server: " + kind)
		}
		fail(serve(address).Error())
	}
	client, known := clients[kind]
	if !known || len(os.Args) < 6 {
		fail("no such load: " + kind)
	}
	connections, milliseconds := number(os.Args[4]), number(os.Args[5])
	result := run(client, address, connections, time.Duration(milliseconds)*time.Millisecond)
	fmt.Printf("{\"units\":%d,\"seconds\":%f,\"failed\":%d}\n", result.units, result.seconds, result.failed)
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		fail(err.Error())
	}
	return value
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
