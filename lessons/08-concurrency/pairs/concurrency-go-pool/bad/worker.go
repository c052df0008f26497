package worker

import "sync"

func Run(jobs <-chan Job) {
	var wg sync.WaitGroup
	for job := range jobs {
		wg.Add(1)
		go func(j Job) {
			defer wg.Done()
			j.Render()
		}(job)
	}
	wg.Wait()
}
