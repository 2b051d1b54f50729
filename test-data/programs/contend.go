// Goroutines that contend for locks without a deadlock. The program prints "ready" first.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

func main() {
	runtime.GOMAXPROCS(8)
	var outer, inner sync.Mutex
	var both sync.RWMutex
	pipe := make(chan []byte, 4)
	for i := 0; i < 16; i++ {
		go func() {
			for {
				outer.Lock()
				inner.Lock()
				inner.Unlock()
				outer.Unlock()
			}
		}()
		go func() {
			for {
				both.RLock()
				both.RUnlock()
				both.Lock()
				both.Unlock()
			}
		}()
		go func() {
			for {
				pipe <- make([]byte, 1000)
			}
		}()
		go func() {
			for range pipe {
				runtime.Gosched()
			}
		}()
	}
	fmt.Println("ready")
	os.Stdin.Read(make([]byte, 1))
}
