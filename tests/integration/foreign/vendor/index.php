<?php
// A vendor's adapter in another language: the kit's WSDLs, served by PHP's SoapServer.
// Usage: php -S 127.0.0.1:PORT index.php, with VENDOR_CONTRACT (a folder written by `crmkit contract`) and VENDOR_STATE (a
// folder for its data; script.json there says on which rows it answers wrongly, and how).

declare(strict_types=1);

require __DIR__ . '/store.php';
require __DIR__ . '/answers.php';
require __DIR__ . '/changing.php';
require __DIR__ . '/creating.php';
require __DIR__ . '/querying.php';
require __DIR__ . '/calling_back.php';
require __DIR__ . '/control.php';

ini_set('soap.wsdl_cache_enabled', '0');

// What the schema would refuse and SoapServer would not tell apart: the first such text, as 'ELEMENT is no TYPE: TEXT'.
// It is made valid, so that the message can be read.
function refuse_types(string &$message): ?string
{
    $types = [
        '(languageId|count)' => '/^\s*-?\d+\s*$/',
        '(createdDateTime|firstCallDateTime|dateTime|start|end|Timestamp)' => '/^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/',
    ];
    $valid = ['/^\s*-?\d+\s*$/' => '0', '/^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/' => '2020-01-01T00:00:00Z'];
    $refused = null;
    foreach ($types as $names => $pattern) {
        $message = preg_replace_callback(
            "~(<(?:\\w+:)?$names(?:\\s[^>]*)?>)([^<]*)(</)~",
            function (array $found) use ($pattern, $valid, &$refused): string {
                $bad = !preg_match($pattern, $found[3]) || ($found[2] === 'count' && (int) $found[3] < 0);
                if (!$bad) {
                    return $found[0];
                }
                $refused ??= "$found[2] is not $found[3]";
                return $found[1] . $valid[$pattern] . $found[4];
            },
            $message
        );
    }
    return $refused;
}

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (str_starts_with($path, '/control/')) {
    control(new Store(getenv('VENDOR_STATE')), $_SERVER['REQUEST_METHOD'], substr($path, strlen('/control')));
    return;
}
$service = basename($path);
$classes = [
    'ReceiveTroubleTicketsService' => Receiving::class,
    'GetTroubleTicketsService' => Querying::class,
    'GetCallbacksService' => Pulling::class,
    'ReceiveCallBacksResultsService' => Results::class,
];
if (!isset($classes[$service])) {
    http_response_code(404);
    return;
}
$wsdl = getenv('VENDOR_CONTRACT') . "/wsdl/$service.wsdl";
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Content-Type: text/xml; charset=utf-8');
    readfile($wsdl);
    return;
}
$message = (string) file_get_contents('php://input');
$refused = refuse_types($message);
$server = new SoapServer($wsdl, [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$operation = new $classes[$service](new Store(getenv('VENDOR_STATE')), $refused);
$server->setObject($operation);
ob_start();
$server->handle($message);
$answer = (string) ob_get_clean();
header_remove('Content-Length');
echo $operation->spoiled($answer);
