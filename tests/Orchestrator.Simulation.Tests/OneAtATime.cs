// A simulation of many seeds takes every core by itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
