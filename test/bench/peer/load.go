package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	messageBytes  = 32
	datagramBytes = 128
	textFrame     = 0x81
)

// What one connection did; the sum of all, in the end.
type tally struct {
	units, failed int64
	seconds       float64
}

type client func(address string, until time.Time) tally

var clients = map[string]client{
	"tcp-stream":  streamTCP,
	"tcp-connect": connectTCP,
	"udp":         echoUDP,
	"websocket":   talkWebSocket,
	"tls-full":    handshake(false),
	"tls-resumed": handshake(true),
}

func run(once client, address string, connections int, duration time.Duration) tally {
	var all tally
	var lock sync.Mutex
	var group sync.WaitGroup
	began := time.Now()
	for range connections {
		group.Go(func() {
			one := once(address, began.Add(duration))
			lock.Lock()
			defer lock.Unlock()
			all.units += one.units
			all.failed += one.failed
		})
	}
	group.Wait()
	all.seconds = time.Since(began).Seconds()
	return all
}

// A unit is a byte.
func streamTCP(address string, until time.Time) (result tally) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return tally{failed: 1}
	}
	defer connection.Close()
	connection.SetDeadline(until)
	connection.Write([]byte{askStream})
	buffer := make([]byte, 64<<10)
	for time.Now().Before(until) {
		size, err := connection.Read(buffer)
		result.units += int64(size)
		if err != nil {
			if !time.Now().Before(until) {
				break
			}
			result.failed++
			return result
		}
	}
	return result
}

// A unit is a connection that carried a byte there and back.
func connectTCP(address string, until time.Time) (result tally) {
	var one [1]byte
	for time.Now().Before(until) {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			result.failed++
			continue
		}
		// Closing with a reset leaves no port in TIME_WAIT; it is the end of a connection that has done its work.
		connection.(*net.TCPConn).SetLinger(0)
		connection.SetDeadline(time.Now().Add(5 * time.Second))
		connection.Write([]byte{askEcho})
		if _, err := io.ReadFull(connection, one[:]); err != nil {
			result.failed++
		} else {
			result.units++
		}
		connection.Close()
	}
	return result
}

// A unit is a datagram there and back; sixteen are on their way at a time. What is not back in 100 ms has failed.
func echoUDP(address string, until time.Time) (result tally) {
	connection, err := net.Dial("udp", address)
	if err != nil {
		return tally{failed: 1}
	}
	defer connection.Close()
	datagram := bytes.Repeat([]byte{'u'}, datagramBytes)
	answer := make([]byte, 2048)
	const window = 16
	for time.Now().Before(until) {
		for range window {
			connection.Write(datagram)
		}
		connection.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		for back := range window {
			if size, err := connection.Read(answer); err != nil || size != datagramBytes {
				result.failed += int64(window - back)
				break
			}
			result.units++
		}
	}
	return result
}

// A unit is a message there and back.
func talkWebSocket(address string, until time.Time) (result tally) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return tally{failed: 1}
	}
	defer connection.Close()
	connection.SetDeadline(until.Add(time.Second))
	key := base64.StdEncoding.EncodeToString([]byte("sixteen bytes ok"))
	io.WriteString(connection, "GET / HTTP/1.1\r\nHost: www.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n")
	reader := bufio.NewReader(connection)
	if head, err := readHead(reader); err != nil || !bytes.Contains(head, []byte(" 101 ")) || !bytes.Contains(head, []byte(acceptOf(key))) {
		return tally{failed: 1}
	}
	var message [6 + messageBytes]byte
	message[0], message[1] = textFrame, 0x80|messageBytes
	copy(message[2:6], []byte{1, 2, 3, 4})
	for i := range messageBytes {
		message[6+i] = 'm' ^ message[2+i%4]
	}
	var answer [2 + messageBytes]byte
	for time.Now().Before(until) {
		connection.Write(message[:])
		if _, err := io.ReadFull(reader, answer[:]); err != nil || answer[0] != textFrame || answer[2] != 'm' {
			result.failed++
			return result
		}
		result.units++
	}
	return result
}

func readHead(reader *bufio.Reader) (head []byte, err error) {
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		head = append(head, line...)
	}
	return head, nil
}

// A unit is a connection with a handshake of TLS 1.3 and one request. X25519 for all: hybrid key exchange is no
// part of the comparison.
func handshake(resumed bool) client {
	return func(address string, until time.Time) (result tally) {
		config := &tls.Config{
			ServerName:         "www.example.com",
			InsecureSkipVerify: true,
			MinVersion:         tls.VersionTLS13,
			CurvePreferences:   []tls.CurveID{tls.X25519},
			NextProtos:         []string{"http/1.1"},
		}
		if resumed {
			config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			ask(address, config)
		}
		for time.Now().Before(until) {
			state, err := ask(address, config)
			if err != nil || state.DidResume != resumed {
				result.failed++
				continue
			}
			result.units++
		}
		return result
	}
}

func ask(address string, config *tls.Config) (tls.ConnectionState, error) {
	tcp, err := net.Dial("tcp", address)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer tcp.Close()
	tcp.SetDeadline(time.Now().Add(5 * time.Second))
	connection := tls.Client(tcp, config)
	io.WriteString(connection, "GET / HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n")
	// To the end: tickets for resumption come after the handshake.
	answer, err := io.ReadAll(connection)
	if err == nil && !bytes.HasPrefix(answer, []byte("HTTP/1.1 200 ")) {
		err = fmt.Errorf("answered %.20q", answer)
	}
	return connection.ConnectionState(), err
}
